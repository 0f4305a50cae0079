'use strict';
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { unzipSync } = require('fflate');

/** All that goes into a package or decides what does. */
const PARTS = [
  'functions',
  'shared',
  'host.json',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'LICENSE',
];
const MAX_ARCHIVE_BYTES = 256 * 1024 * 1024;

/**
 * A copy of the sources as they were committed, whatever lies in the working folder, beside the packages installed
 * there. `commit` is null outside a repository: the files are then taken as they are. `at`: when that was made, or now
 * (Unix ms). `leftOut`: files that differ from the commit, as git lists them.
 */
function takeSourceTree(root) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'defender-enricher-package-'));
  const commit = gitText(root, ['rev-parse', '--verify', 'HEAD']);
  if (commit === null) copyParts(root, folder);
  else unpackCommit(root, folder);
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  const committedAt = gitText(root, ['show', '--no-patch', '--format=%ct', 'HEAD']);
  const changes = gitText(root, ['status', '--porcelain', '--', ...PARTS]) ?? '';
  return {
    folder,
    commit,
    at: committedAt === null ? Date.now() : Number(committedAt) * 1000,
    leftOut: changes.split('\n').filter(Boolean),
    /** The link goes first: what it points at stays. */
    remove: () => {
      fs.unlinkSync(path.join(folder, 'node_modules'));
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function unpackCommit(root, folder) {
  const archive = execFileSync('git', ['archive', '--format=zip', 'HEAD', '--', ...PARTS], {
    cwd: root,
    maxBuffer: MAX_ARCHIVE_BYTES,
  });
  for (const [name, bytes] of Object.entries(unzipSync(archive))) {
    if (name.endsWith('/')) continue;
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, bytes);
  }
}

function copyParts(root, folder) {
  for (const part of PARTS) {
    fs.cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
  }
}

/** Null without git, or outside a repository whose root this is. */
function gitText(root, args) {
  try {
    const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    const below = execFileSync('git', ['rev-parse', '--show-prefix'], options).trim();
    return below === '' ? execFileSync('git', args, options).trimEnd() : null;
  } catch {
    return null;
  }
}

module.exports = { takeSourceTree };
