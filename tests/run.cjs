'use strict';
/**
 * `npm test`: everything that must hold. Runs every step even after one has failed; the last line counts the steps and
 * the single tests.
 */
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const root = path.resolve(__dirname, '..');
const bin = (name, file) => path.join(root, 'node_modules', name, file);

const HELP = `Runs types, lint, format, build and all tests.

  npm test                     everything
  npm run check                everything but the tests
  npm run test:unit            the build and the tests that need no processes of their own
  npm test -- PATH… [-t NAME]  the build and these tests, with Jest's arguments

UPDATE_GOLDEN=1 npm test -- tests/integration/samples writes the golden records anew; read what has changed.
`;

const steps = [
  { title: 'Types', run: () => node(bin('typescript-native', 'bin/tsc'), '-p', 'tsconfig.json') },
  { title: 'Lint', run: () => node(bin('eslint', 'bin/eslint.js'), '.', '--max-warnings=0') },
  {
    title: 'Format',
    run: () => node(bin('prettier', 'bin/prettier.cjs'), '--check', '--log-level=warn', '.'),
  },
  { title: 'Build', run: () => node(path.join(root, 'local', 'build.cjs')) },
];

function main(args) {
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
  for (const { title, run } of isWhole ? steps : steps.slice(-1)) {
    const isOk = section(title, run);
    add(isOk ? 1 : 0, isOk ? 0 : 1);
  }
  if (hasTests) section('Tests', () => runJest(args, add));
  console.log(`\nNode ${process.versions.node}`);
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  process.exitCode = counts.failed === 0 ? 0 : 1;
}

function section(title, run) {
  console.log(`\n== ${title}`);
  const startedAt = Date.now();
  const isOk = run();
  console.log(`${isOk ? 'ok' : 'FAILED'} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  return isOk;
}

/** Counts tests; a suite that could not even be loaded counts as one failure, as do tests that did not run. */
function runJest(args, add) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'defender-enricher-'));
  const report = path.join(folder, 'jest.json');
  try {
    const jest = bin('jest', 'bin/jest.js');
    const isOk = node(jest, ...args, '--json', `--outputFile=${report}`, '--reporters=default');
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

function node(file, ...args) {
  return spawnSync(process.execPath, [file, ...args], { cwd: root, stdio: 'inherit' }).status === 0;
}

main(process.argv.slice(2));
