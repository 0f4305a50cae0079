'use strict';
/**
 * Makes every npm command work on a fresh clone: installs the locked packages if they are not there, builds, then
 * becomes the command. Plain JavaScript without dependencies, because it runs before anything is installed.
 */
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

const root = path.resolve(__dirname, '..');
/** The oldest on which the local run and the tests pass; Azure Functions runs `supportedNode` and newer. */
const oldestNode = 20;
const supportedNode = 22;
const PARENT_CHECK_MS = 100;

/** What each command runs; `built` ones need dist/ first. */
const commands = {
  start: { file: 'dist/local/start.js', built: true },
  host: { file: 'dist/local/host/main.js', built: true },
  emulators: { file: 'dist/local/emulators.js', built: true },
  inventory: { file: 'dist/cli/inventory/main.js', built: true },
  send: { file: 'dist/cli/send/main.js', built: true },
  explain: { file: 'dist/cli/explain/main.js', built: true },
  test: { file: 'tests/run.cjs', built: false },
  mutation: { file: 'tests/mutation.cjs', built: false },
  bench: { file: 'bench/run.cjs', built: true },
};

function main([name, ...args]) {
  const command = commands[name];
  if (!command) throw new Error(`Unknown command, use one of: ${Object.keys(commands).join(', ')}`);
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
  installIfNeeded();
  if (command.built) require('./build.cjs').build();

  // The same process goes on as the command: signals and the exit code are its own.
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

function installIfNeeded() {
  if (isInstalled()) return;
  console.log('Installing the packages of package-lock.json (npm ci) …');
  const npmArgs = ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund'];
  const npm = process.env.npm_execpath;
  const [file, prefix] = npm ? [process.execPath, [npm]] : ['npm', []];
  const { status } = spawnSync(file, [...prefix, ...npmArgs, '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: !npm && process.platform === 'win32',
  });
  if (status !== 0) throw new Error('npm ci failed, see above');
}

/** Compares what npm noted about node_modules with the lock file; packages for other platforms may be missing. */
function isInstalled() {
  const noted = path.join(root, 'node_modules', '.package-lock.json');
  if (!fs.existsSync(noted)) return false;
  const installed = readPackages(noted);
  const locked = Object.entries(readPackages(path.join(root, 'package-lock.json')));
  return locked.every(([where, { version, optional, devOptional }]) => {
    if (where === '') return true;
    const found = installed[where];
    return found ? found.version === version : Boolean(optional ?? devOptional);
  });
}

function readPackages(file) {
  return JSON.parse(fs.readFileSync(file, 'utf8')).packages;
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
