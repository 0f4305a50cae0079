'use strict';
/**
 * `npm run package`. Plain JavaScript, because what lies in the working folder, from which a command is compiled, may
 * not even compile.
 */
const path = require('node:path');
const { parseArgs } = require('node:util');

const HELP = `Makes the zip that is deployed, from what was committed, whatever else lies in the working folder.

  npm run package -- [options]

  --json   print what was made as JSON
  --help   this text

Writes dist/package/defender-enricher.zip, and a folder "app" beside it with the same files: host.json, package.json,
dist/main.js with its source map, and sbom.cdx.json (CycloneDX). Run it with: npm run host -- --from-package
`;

const root = path.resolve(__dirname, '..', '..');

async function main() {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  // Loaded late: the help needs nothing.
  const { packageApp } = require('./packageApp.cjs');
  const made = await packageApp(root, path.join(root, 'dist', 'package'));
  if (values.json) {
    console.log(JSON.stringify(made, null, 2));
    return;
  }
  const from = made.commit === null ? 'the files as they are' : `commit ${made.commit}`;
  console.log(`${made.file}: ${(made.bytes / 1e6).toFixed(1)} MB, from ${from}`);
  if (made.leftOut.length === 0) return;
  console.log(`Not in it, as they are not committed:\n${made.leftOut.join('\n')}`);
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
