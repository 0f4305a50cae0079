'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { buildSync } = require('esbuild');

/** Every page: its markup, and what runs in it. The dashboard brings a way to sign in only where callers need a token. */
const PAGES = {
  start: { markup: 'start.html', entry: 'start.ts' },
  dashboard: { markup: 'dashboard.html', entry: 'dashboard.ts' },
  dashboardEntra: { markup: 'dashboard.html', entry: 'dashboardEntra.ts' },
};

/**
 * Makes `<name>.page.json` in `outFolder` of each page in `functions/pages/browser` below `sources`: its markup, style
 * and script, each in one piece. Returns what they are made of, by path from `sources`.
 */
function bundlePages(sources, outFolder) {
  const browser = path.join(sources, 'functions', 'pages', 'browser');
  const { metafile, outputFiles } = buildSync({
    entryPoints: Object.fromEntries(
      Object.entries(PAGES).map(([name, { entry }]) => [name, path.join(browser, entry)]),
    ),
    absWorkingDir: sources,
    bundle: true,
    minify: true,
    // A comment with a licence stays in the script: it goes to browsers.
    legalComments: 'inline',
    charset: 'utf8',
    format: 'iife',
    target: ['chrome120', 'firefox120', 'safari17'],
    preserveSymlinks: true,
    outdir: outFolder,
    write: false,
    metafile: true,
    logLevel: 'warning',
  });
  const bundled = new Map(outputFiles.map(({ path: file, text }) => [path.basename(file), text]));
  fs.mkdirSync(outFolder, { recursive: true });
  for (const [name, { markup }] of Object.entries(PAGES)) {
    const page = {
      main: fs.readFileSync(path.join(browser, markup), 'utf8'),
      style: bundled.get(`${name}.css`),
      script: bundled.get(`${name}.js`),
    };
    fs.writeFileSync(path.join(outFolder, `${name}.page.json`), JSON.stringify(page));
  }
  return metafile.inputs;
}

module.exports = { bundlePages };
