'use strict';
/**
 * Makes every npm command work on a fresh clone: installs the locked packages if they are not there, builds, then
 * becomes the command. Plain JavaScript without dependencies, because it runs before anything is installed.
 */
const Module = require('node:module');
const path = require('node:path');
const { commands } = require('./commands.cjs');
const { installIfNeeded } = require('./install.cjs');
const { spellingOf } = require('./keptByNpm.cjs');

const root = path.resolve(__dirname, '..');
/** The oldest on which the local run and the tests pass; Azure Functions runs `supportedNode` and newer. */
const oldestNode = 20;
const supportedNode = 22;
const PARENT_CHECK_MS = 100;

function main([name, ...args]) {
  const command = commands[name];
  if (!command) throw new Error(`Unknown command, use one of: ${Object.keys(commands).join(', ')}`);
  const spelling = spellingOf(name, command.options ?? [], process.env);
  if (spelling !== null) throw new Error(spelling);
  const node = Number.parseInt(process.versions.node, 10);
  if (node < oldestNode)
    throw new Error(`Node ${supportedNode} or 24 is needed, this is ${process.version}`);
  if (node < supportedNode) {
    console.error(
      `Node ${process.version} still runs this, but is not supported: use Node 22 or 24, as Azure does.`,
    );
  }

  endWithNpm();
  require('./loopbackWithoutProxy.cjs');
  installIfNeeded(root);
  if (command.built) require('./build.cjs').build();

  // The same process becomes the command: signals and the exit code are its own.
  process.argv = [process.execPath, path.join(root, command.file), ...args];
  process.setSourceMapsEnabled(true);
  Module.runMain();
}

/**
 * A signal to npm ends npm and the shell between them and this process, but is not passed on. When they are gone, it is
 * as if the terminal had been closed. Windows keeps naming the old parent, so there nothing changes.
 */
function endWithNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGHUP');
  }, PARENT_CHECK_MS);
  watch.unref();
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
