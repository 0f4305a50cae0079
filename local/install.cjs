'use strict';
/** Installs the locked packages if they are not there. Plain JavaScript without dependencies, as it runs before them. */
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

/** What the cache holds is not asked for again; a registry that cannot be reached is given up after seconds. */
const INSTALL = [
  ...['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'],
  ...['--prefer-offline', '--fetch-retries=1', '--fetch-retry-mintimeout=1000'],
  '--fetch-timeout=60000',
];
const REACHED_BY = ['registry', 'https-proxy', 'proxy', 'noproxy', 'cafile'];

/** @throws {Error} naming npm's settings for the way to the registry */
function installIfNeeded(root) {
  if (isInstalled(root)) return;
  console.log('Installing the packages of package-lock.json (npm ci) …');
  const { status } = npm(root, INSTALL, 'inherit');
  if (status === 0) return;
  const { stdout } = npm(root, ['config', 'get', ...REACHED_BY], 'pipe');
  throw new Error(
    [
      'The packages cannot be installed, see above. If the registry cannot be reached: npm now uses',
      ...settingsIn(String(stdout ?? '')),
      'Change them with `npm config set NAME=VALUE`; HTTPS_PROXY and NO_PROXY count too. Packages in the',
      'cache of npm are used without a network.',
    ].join('\n'),
  );
}

/** A line each, without the passwords that addresses may hold. */
function settingsIn(text) {
  const lines = text.split('\n').filter(Boolean);
  return lines.map((line) => `  ${line.replace(/\/\/[^/\s]*@/, '//…@')}`);
}

function npm(root, args, stdio) {
  const cli = process.env.npm_execpath;
  const [file, prefix] = cli ? [process.execPath, [cli]] : ['npm', []];
  return spawnSync(file, [...prefix, ...args], {
    cwd: root,
    stdio,
    shell: !cli && process.platform === 'win32',
  });
}

/** Compares what npm noted about node_modules with the lock file; packages for other platforms may be missing. */
function isInstalled(root) {
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

module.exports = { installIfNeeded };
