'use strict';
/** `npm run bench -- NAME`: installs what only the benches need, builds, then runs one of them from its sources. */
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '..');

const benches = {
  quota: {
    what: 'the quota calendar against other limiters',
    options: `[--plot]

  --plot                 write docs/quota-timeline.svg instead
  BENCH_LOOKUPS=10000    size of the burst (environment)
  BENCH_INSTANCES=1,4    how many instances (environment; default 1,4,16,64)`,
  },
  batches: {
    what: 'calls and time of lookups that share calls, simulated and in real processes; exits with 1 on a 429',
    options: `[LOOKUPS] [PROCESSES]

  LOOKUPS                how many messages of one indicator (default: 10000)
  PROCESSES              how many real processes (default: 4)`,
  },
  plan: {
    what: 'how well npm run plan predicts, and how long it takes; exits with 1 when a figure is missed',
    options: '[LOADS]\n\n  LOADS                  how many random loads (default: 100)',
  },
  backlog: {
    what: 'ten minutes of backlog: three processes of the app at the strictest Defender; exits with 1 on a 429',
    options: '[MINUTES]',
  },
  inventory: {
    what: 'calls, time and memory of the snapshots of a large fleet; exits with 1 when a figure is missed',
    options:
      '[MACHINES …]\n\n  MACHINES               sizes of the fleets (default: 100000 250000)',
  },
  http: {
    what: 'lookups over HTTP: alone, while a caller is refused, during a backlog; exits with 1 when a figure is missed',
    options: `[idle] [refusals] [backlog] [--minutes N]

  idle, refusals, backlog   parts to run (default: all, 25 minutes)
  --minutes N               of backlog (default: 15)`,
  },
  intake: {
    what: 'intake from the cache against a bare receive-and-send loop, and with and without records of whole requests; exits with 1 when a figure is missed',
    options:
      '\n\n  BENCH_ROUNDS=N         turns (environment; default 7), which leaves docs/benchmarks.md as it is',
  },
  requests: {
    what: 'whether each of 1,000 requests is answered once while processes are killed at random; exits with 1 if one is not',
    options: `[REQUESTS] [SEED]

  REQUESTS               how many (default: 1000)
  SEED                   of their indicators (default: by the time)`,
  },
  siem: {
    what: 'how long large and hostile messages take to read; exits with 1 when a figure is missed',
    options: '',
  },
  coldStart: {
    what: 'from the first file to the last function registered; exits with 1 above 400 ms',
    options: '',
  },
  servicebus: { what: 'throughput of the Service Bus emulator', options: '' },
};

function main([name, ...args]) {
  if (!Object.hasOwn(benches, name ?? '')) {
    const lines = Object.entries(benches).map(
      ([bench, { what }]) => `  ${bench.padEnd(12)}${what}`,
    );
    console.log(
      `Usage: npm run bench -- NAME [--write] [--help]\n\n  --write     put the figures into docs/benchmarks.md, too\n\n${lines.join('\n')}`,
    );
    return name === '--help' ? 0 : 1;
  }
  if (args.includes('--help')) {
    const { what, options } = benches[name];
    console.log(`Measures ${what}.\n\n  npm run bench -- ${`${name} ${options}`.trim()}`);
    return 0;
  }
  installIfNeeded();
  // Some of them run the compiled app.
  require('../local/build.cjs').build();
  const hook = path.join(root, 'tests', 'support', 'registerSwc.cjs');
  // The parts of a bench may be processes of their own, which have the environment only.
  if (args.includes('--write')) process.env.BENCH_WRITE = '1';
  const own = args.filter((arg) => arg !== '--write');
  return node('-r', hook, path.join(__dirname, `${name}.ts`), ...own);
}

function installIfNeeded() {
  if (fs.existsSync(path.join(__dirname, 'node_modules'))) return;
  const npm = process.env.npm_execpath;
  const [file, prefix] = npm ? [process.execPath, [npm]] : ['npm', []];
  const npmArgs = [...prefix, 'ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { status } = spawnSync(file, npmArgs, { cwd: __dirname, stdio: 'inherit' });
  if (status !== 0) throw new Error('npm ci failed, see above');
}

/** Returns the exit code. */
function node(...args) {
  return spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
}

process.exitCode = main(process.argv.slice(2));
