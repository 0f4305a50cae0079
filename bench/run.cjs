'use strict';
/** `npm run bench -- NAME`: installs what only the benches need, then runs one of them from its sources. */
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const benches = {
  quota:
    'the quota calendar against other limiters; writes docs/benchmarks.md (--plot: docs/quota-timeline.svg)',
  servicebus: 'throughput of the Service Bus emulator',
};

const [name, ...args] = process.argv.slice(2);
if (!Object.hasOwn(benches, name ?? '')) {
  const lines = Object.entries(benches).map(([bench, what]) => `  ${bench.padEnd(12)}${what}`);
  console.log(`Usage: npm run bench -- NAME\n\n${lines.join('\n')}`);
  process.exit(name === '--help' ? 0 : 1);
}
if (!fs.existsSync(path.join(__dirname, 'node_modules'))) {
  const npm = process.env.npm_execpath;
  const [file, prefix] = npm ? [process.execPath, [npm]] : ['npm', []];
  const npmArgs = [...prefix, 'ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { status } = spawnSync(file, npmArgs, { cwd: __dirname, stdio: 'inherit' });
  if (status !== 0) throw new Error('npm ci failed, see above');
}
const hook = path.join(__dirname, 'registerSwc.cjs');
const bench = path.join(__dirname, `${name}.ts`);
const run = spawnSync(process.execPath, ['-r', hook, bench, ...args], { stdio: 'inherit' });
process.exitCode = run.status ?? 1;
