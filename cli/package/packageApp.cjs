'use strict';
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { zipSync } = require('fflate');
const { bundleApp } = require('./bundleApp.cjs');
const { createSbom } = require('./createSbom.cjs');
const { takeSourceTree } = require('./sourceTree.cjs');

/**
 * Makes what is deployed, from what was committed at `root`: a folder `app` in `outFolder`, and the zip of it. Throws
 * when the sources do not compile, or need something that is not installed.
 */
async function packageApp(root, outFolder) {
  const folder = path.join(outFolder, 'app');
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const tree = takeSourceTree(root);
  try {
    checkTypes(root, tree.folder);
    const packages = await bundleApp(tree.folder);
    fs.cpSync(path.join(tree.folder, 'dist'), path.join(folder, 'dist'), { recursive: true });
    writeManifests(tree, folder, packages);
    const zip = zipOf(folder, tree.at);
    const file = path.join(outFolder, 'defender-enricher.zip');
    fs.writeFileSync(file, zip);
    const { commit, leftOut } = tree;
    return { file, folder, bytes: zip.length, commit, leftOut };
  } finally {
    tree.remove();
  }
}

/** The bundler drops types without looking at them. */
function checkTypes(root, sources) {
  const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const project = path.join(sources, 'tsconfig.build.json');
  const args = ['-p', project, '--noEmit', '--incremental', 'false'];
  execFileSync(process.execPath, [compiler, ...args], { stdio: 'inherit' });
}

/** Without dependencies and scripts: nothing is left to install or to build. */
function writeManifests({ folder: sources, at }, folder, packages) {
  const text = fs.readFileSync(path.join(sources, 'package.json'), 'utf8');
  const { name, version, description, license, engines } = JSON.parse(text);
  const head = { name, version, description, license, private: true, engines };
  const manifest = { ...head, main: 'dist/main.js' };
  fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  fs.writeFileSync(path.join(folder, 'sbom.cdx.json'), createSbom(sources, { name, at, packages }));
  for (const part of ['host.json', 'LICENSE']) {
    fs.cpSync(path.join(sources, part), path.join(folder, part));
  }
}

/** The same bytes for the same files: a zip dates them in local time, which is set to read as UTC. */
function zipOf(folder, at) {
  const mtime = new Date(at + new Date(at).getTimezoneOffset() * 60_000);
  const files = fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
  const named = files.map((file) => [
    path.relative(folder, file).replaceAll('\\', '/'),
    fs.readFileSync(file),
  ]);
  return zipSync(Object.fromEntries(named), { mtime, level: 9 });
}

module.exports = { packageApp };
