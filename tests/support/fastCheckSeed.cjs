/**
 * Every run tries the same random cases, so that a failure can be repeated and is never a matter of luck.
 * `FAST_CHECK_SEED=<number>` tries others.
 */
const fc = require('fast-check');

fc.configureGlobal({ seed: Number(process.env['FAST_CHECK_SEED'] ?? 20261121) });
