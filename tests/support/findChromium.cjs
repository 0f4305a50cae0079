'use strict';
const fs = require('node:fs');

const USUAL = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser of the tests of pages: what `CHROMIUM` names, or where systems put it; null: there is none. */
function findChromium() {
  const named = process.env.CHROMIUM;
  if (named) return named;
  return USUAL.find((file) => fs.existsSync(file)) ?? null;
}

module.exports = { findChromium };
