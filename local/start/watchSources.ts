import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { join } from 'node:path';

/** What the functions process is compiled from, or reads. */
const WATCHED = ['functions', 'shared', 'local/host', 'host.json'] as const;
/** An editor writes several files at a time, some of them twice. */
const QUIET_MS = 200;

/**
 * For as long as this process lives: rebuilds when a source has changed, one build at a time, and hands over to `onBuilt`,
 * which must not reject. A build that fails has printed why.
 */
export function watchSources(appRoot: string, onBuilt: () => Promise<void>): void {
  let hasChanged = false;
  let isWorking = false;
  let timer: NodeJS.Timeout | undefined;
  const work = async () => {
    if (isWorking) return;
    isWorking = true;
    while (hasChanged) {
      hasChanged = false;
      if (await build(appRoot)) await onBuilt();
    }
    isWorking = false;
  };
  for (const path of WATCHED) {
    watch(join(appRoot, path), { recursive: !path.endsWith('.json') }, () => {
      hasChanged = true;
      clearTimeout(timer);
      timer = setTimeout(() => void work(), QUIET_MS);
    });
  }
}

async function build(appRoot: string): Promise<boolean> {
  const script = join(appRoot, 'local', 'build.cjs');
  const child = spawn(process.execPath, [script], { cwd: appRoot, stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code === 0;
}
