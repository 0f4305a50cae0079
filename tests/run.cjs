'use strict';
/**
 * `npm test`: everything that must hold. Builds, then checks beside the tests. Runs every step even after one has failed;
 * the last line counts the steps and the single tests.
 */
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { findChromium } = require('./support/findChromium.cjs');

const root = path.resolve(__dirname, '..');
const bin = (name, file) => path.join(root, 'node_modules', name, file);

const HELP = `Runs types, lint, format, build and all tests.

  npm test                     everything
  npm run check                everything but the tests
  npm run test:unit [-- PATH…] the build and the tests that need no processes of their own, or those of them below PATH
  npm test -- PATH… [-t NAME]  the build and these tests, with Jest's arguments

UPDATE_GOLDEN=1 npm test -- tests/integration/samples writes the golden records anew; read what has changed.
`;

const build = { title: 'Build', run: () => node(path.join(root, 'local', 'build.cjs')) };
/** They need one core; Jest, whose longest suites mostly wait, leaves one. */
const checks = [
  {
    title: 'Types',
    run: async () => {
      const compiler = bin('typescript', 'bin/tsc');
      const isOk = await quietly(compiler, '-p', 'tsconfig.json');
      // What runs in a browser has other globals.
      return (await quietly(compiler, '-p', 'functions/pages/browser')) && isOk;
    },
  },
  { title: 'Lint', run: () => quietly(bin('oxlint', 'bin/oxlint'), '.') },
  { title: 'Format', run: () => quietly(bin('oxfmt', 'bin/oxfmt'), '--check', '.') },
];

async function main(args) {
  if (args.includes('--help')) {
    process.stdout.write(HELP);
    return;
  }
  const hasTests = !args.includes('--no-tests');
  const isWhole = args.length === 0 || !hasTests;
  const counts = { passed: 0, failed: 0 };
  const add = (passed, failed) => {
    counts.passed += passed;
    counts.failed += failed;
  };
  const step = async ({ title, run }) => {
    const isOk = await section(title, run);
    add(isOk ? 1 : 0, isOk ? 0 : 1);
  };
  const check = async () => {
    for (const one of checks) await step(one);
  };
  await step(build);
  await Promise.all([
    isWhole ? check() : null,
    hasTests ? section('Tests', () => runJest(jestArgs(args), add)) : null,
  ]);
  console.log(`\nNode ${process.versions.node}`);
  if (hasTests && findChromium() === null) {
    console.log('NOT RUN, as there is no Chromium: tests/integration/dashboard.');
    console.log(
      '`apt-get install chromium`, or set CHROMIUM to the path of a browser of its kind.',
    );
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  process.exitCode = counts.failed === 0 ? 0 : 1;
}

/** Paths come first: Jest takes whatever follows `--selectProjects` for names of projects. */
function jestArgs(args) {
  if (!args.includes('--unit')) return args;
  return [...args.filter((arg) => arg !== '--unit'), '--selectProjects', 'unit'];
}

/** One line when it ends, since others may print meanwhile; `run` returns whether all is well. */
async function section(title, run) {
  const startedAt = Date.now();
  const isOk = await run();
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  console.log(`\n== ${title}: ${isOk ? 'ok' : 'FAILED'} (${seconds} s)`);
  return isOk;
}

/** Counts tests; a suite that could not even be loaded counts as one failure, as do tests that did not run. */
async function runJest(args, add) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'defender-enricher-'));
  const report = path.join(folder, 'jest.json');
  try {
    const jest = bin('jest', 'bin/jest.js');
    const isOk = await node(
      jest,
      ...args,
      '--json',
      `--outputFile=${report}`,
      '--reporters=default',
    );
    const result = JSON.parse(fs.readFileSync(report, 'utf8'));
    const failed =
      result.numFailedTests + result.numRuntimeErrorTestSuites + result.numPendingTests;
    add(result.numPassedTests, failed || (isOk ? 0 : 1));
    return isOk && failed === 0;
  } catch (error) {
    console.error(`Jest left no report: ${error.message}`);
    add(0, 1);
    return false;
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** Whether it ends well; prints as it goes. */
function node(file, ...args) {
  return ended(spawn(process.execPath, [file, ...args], { cwd: root, stdio: 'inherit' }));
}

/** The same, but prints in one piece when it has ended. */
async function quietly(file, ...args) {
  const stdio = ['ignore', 'pipe', 'pipe'];
  const child = spawn(process.execPath, [file, ...args], { cwd: root, stdio });
  const chunks = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => chunks.push(chunk));
  const isOk = await ended(child);
  process.stdout.write(Buffer.concat(chunks));
  return isOk;
}

function ended(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code === 0));
  });
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
