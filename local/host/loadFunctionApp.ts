import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { expandEntryPoints } from './expandEntryPoints';
import type { WorkerCore } from './WorkerCore';

const packageJson = z.looseObject({ main: z.string().min(1), type: z.string().optional() });

/**
 * Loads the app at `appRoot` as the worker does: answers `require('@azure/functions-core')` with `core.module`, then
 * requires every file that package.json `main` matches, in no fixed order: the worker takes them as its glob finds
 * them (azure-functions-nodejs-worker, startApp.ts). CommonJS apps only.
 *
 * @returns a function that forgets the app's modules, so that the next host in this process starts from nothing
 *   (the library keeps the first core module it ever saw).
 * @throws Error when no file matches, or whatever an entry file throws.
 */
export function loadFunctionApp(appRoot: string, core: WorkerCore): () => void {
  const { main, type } = packageJson.parse(
    JSON.parse(readFileSync(join(appRoot, 'package.json'), 'utf8')),
  );
  if (type === 'module') throw new Error('The local host loads CommonJS apps only.');
  const files = expandEntryPoints(appRoot, main);
  if (files.length === 0) throw new Error(`No file matches main "${main}" in ${appRoot}.`);

  const uninstall = installCoreModule(core);
  const load = createRequire(resolve(appRoot, 'package.json'));
  const before = new Set(Object.keys(load.cache));
  const unload = (): void => {
    uninstall();
    for (const file of Object.keys(load.cache)) {
      // oxlint-disable-next-line typescript/no-dynamic-delete -- the only way to forget a module
      if (!before.has(file)) delete load.cache[file];
    }
  };
  try {
    for (const file of inNoOrder(files)) load(resolve(appRoot, file));
  } catch (error) {
    unload();
    throw error;
  }
  return unload;
}

function inNoOrder(files: readonly string[]): readonly string[] {
  const keyed = files.map((file) => ({ file, key: Math.random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ file }) => file);
}

function installCoreModule(core: WorkerCore): () => void {
  const { prototype } = Module;
  // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` by the proxy
  const original = prototype.require;
  const coreModule = core.module;
  prototype.require = new Proxy(original, {
    apply: (target, self, args: [string]): unknown =>
      args[0] === '@azure/functions-core' ? coreModule : Reflect.apply(target, self, args),
  });
  return () => {
    prototype.require = original;
  };
}
