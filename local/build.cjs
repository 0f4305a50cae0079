'use strict';
/**
 * `npm run build`: compiles into dist/ and removes what older sources left there. Does nothing, in a few milliseconds,
 * while no source has changed. Plain JavaScript, because it runs before anything is compiled.
 */
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '..');
const dist = path.join(root, 'dist');
const stampFile = path.join(dist, '.sources');
const sourceFolders = require(path.join(root, 'tsconfig.build.json')).include;

/** Throws when the sources do not compile; the compiler has then said why. */
function build() {
  const stamp = sourceStamp();
  if (readIfPresent(stampFile) === stamp) return;
  console.log('Building …');
  fs.rmSync(stampFile, { force: true });
  removeStale();
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('The build failed, see above');
  const { bundlePages } = require('./bundlePages.cjs');
  bundlePages(root, path.join(dist, 'functions', 'pages'));
  fs.writeFileSync(stampFile, stamp);
}

function sourceStamp() {
  const hash = createHash('sha256');
  const files = sourceFolders.flatMap((folder) => filesBelow(path.join(root, folder)));
  const settings = [
    'tsconfig.json',
    'tsconfig.build.json',
    'package-lock.json',
    'local/bundlePages.cjs',
  ];
  for (const file of [...files, ...settings.map((name) => path.join(root, name))].sort()) {
    const { size, mtimeMs } = fs.statSync(file);
    hash.update(`${file}\0${size}\0${mtimeMs}\0`);
  }
  return hash.digest('hex');
}

/** Compiled files whose source is gone: the app loads what it finds in dist/functions. */
function removeStale() {
  for (const file of sourceFolders.flatMap((folder) => filesBelow(path.join(dist, folder)))) {
    const source = path.join(root, path.relative(dist, file)).replace(/\.js(\.map)?$/, '.ts');
    if (!fs.existsSync(source)) fs.rmSync(file);
  }
}

function filesBelow(folder) {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}

function readIfPresent(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null;
}

module.exports = { build };

if (require.main === module) {
  try {
    build();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
