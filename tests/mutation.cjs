'use strict';
/**
 * `npm run test:mutation`: makes small changes to the code, one at a time, and counts how many of them the nearest unit
 * tests notice. Each file has its own run of Stryker, so that its tests alone are loaded and time can be kept.
 */
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { projects } = require('../jest.config.cjs');

const root = path.resolve(__dirname, '..');
/** What is changed. */
const FOLDERS = [
  'shared/calls',
  'shared/inventory',
  'shared/lookups',
  'shared/quota',
  'shared/records',
  'shared/siem',
];
/** Random input, faults at every point, storage in a process of its own. */
const SLOW = /\.(properties|faults|azurite)\.test\.ts$|\bcrash\.test\.ts$/;
const GOAL_PERCENT = 85;
/** One for each core. */
const FILES_AT_ONCE = 2;
const MAX_MS = 58 * 60_000;

const HELP = `Counts how many small changes of the code the nearest unit tests notice, and lists the others.

  npm run test:mutation                               ${FOLDERS.join(', ')}
  npm run test:mutation -- --mutate PATH[,PATH…]      these files and folders

Ends within an hour: files that are not reached by then are listed. The goal is ${GOAL_PERCENT} %.
`;

const running = new Set();
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'defender-enricher-mutation-'));

async function main() {
  const { values } = parseArgs({
    options: { mutate: { type: 'string', multiple: true }, help: { type: 'boolean' } },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const paths = values.mutate?.flatMap((each) => each.split(',')) ?? FOLDERS;
  const left = paths.flatMap(sourcesBelow);
  const total = { changes: 0, noticed: 0 };
  const notDone = [];
  const endAt = Date.now() + MAX_MS;
  const work = async () => {
    for (let file = left.shift(); file; file = left.shift()) {
      const mutants = await mutantsOf(file, endAt - Date.now());
      if (mutants) report(file, mutants, total);
      else notDone.push(file);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      notDone.push(...left.splice(0));
      for (const child of running) child.kill();
    });
  }
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, work));
  for (const file of notDone.sort()) console.log(`not done: ${file}`);
  console.log(
    `\nMutation score ${percent(total)} (goal ${GOAL_PERCENT} %): ${total.noticed} of ${total.changes} changes noticed`,
  );
  process.exitCode = notDone.length === 0 ? 0 : 1;
}

/** The TypeScript files at or below a path of the repository. */
function sourcesBelow(name) {
  const where = path.join(root, name);
  if (!fs.statSync(where).isDirectory()) return [name];
  return fs
    .readdirSync(where, { recursive: true })
    .map((each) => path.posix.join(name, each.replaceAll(path.sep, '/')))
    .filter((each) => each.endsWith('.ts'))
    .sort();
}

/** Its own tests; of a file without, those of the nearest files of its room that import it; else all of the room. */
function testsOf(file) {
  const room = file.split('/').slice(0, 2).join('/');
  const tests = sourcesBelow(`tests/${room}`).filter(
    (each) => /\.test\.ts$/.test(each) && !SLOW.test(each),
  );
  const sources = sourcesBelow(room).map((each) => ({ file: each, imports: importsOf(each) }));
  const seen = new Set();
  for (let nearest = [file]; nearest.length > 0;) {
    const starts = nearest.map((each) => `tests/${each.slice(0, -'ts'.length)}`);
    const own = tests.filter((each) => starts.some((start) => each.startsWith(start)));
    if (own.length > 0) return own;
    for (const each of nearest) seen.add(each);
    nearest = sources
      .filter(
        (each) => !seen.has(each.file) && each.imports.some((other) => nearest.includes(other)),
      )
      .map((each) => each.file);
  }
  return tests;
}

function importsOf(file) {
  const text = fs.readFileSync(path.join(root, file), 'utf8');
  const names = [...text.matchAll(/^import (?!type)[^;]* from '(\.[^']+)'/gm)].map(
    ([, name]) => name,
  );
  return names.map((name) => `${path.posix.join(path.posix.dirname(file), name)}.ts`);
}

/** What became of each change of a file; null if that could not be found out, or not in `maxMs`. */
async function mutantsOf(file, maxMs) {
  if (maxMs <= 0) return null;
  const folder = fs.mkdtempSync(path.join(scratch, path.basename(file)));
  const report = path.join(folder, 'report.json');
  const config = path.join(folder, 'stryker.json');
  fs.writeFileSync(config, JSON.stringify(configOf(file, folder, report)));
  const isDone = await runStryker(config, maxMs);
  if (!isDone) return null;
  if (!fs.existsSync(report)) {
    // So it is of types, which are not there at run time, and of what only the whole app uses.
    console.log(`${'–'.padStart(7)}  ${file}: no unit test loads it`);
    return [];
  }
  const { files } = JSON.parse(fs.readFileSync(report, 'utf8'));
  return files[file]?.mutants ?? [];
}

function configOf(file, folder, report) {
  const [unit] = projects;
  const testMatch = testsOf(file).map((each) => `<rootDir>/${each}`);
  return {
    mutate: [file],
    testRunner: 'jest',
    // Its own configuration, as Stryker knows nothing of Jest's projects.
    jest: { configFile: 'package.json', config: { ...unit, testMatch } },
    coverageAnalysis: 'perTest',
    allowEmpty: true,
    concurrency: 1,
    disableTypeChecks: false,
    ignorePatterns: ['/bench', '/coverage', '/dist', '/docs', '/infra'],
    tempDirName: path.join(folder, 'sandbox'),
    reporters: ['json'],
    jsonReporter: { fileName: report },
    logLevel: 'error',
  };
}

function runStryker(config, maxMs) {
  const stryker = path.join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const child = spawn(process.execPath, [stryker, 'run', config], { cwd: root, stdio: 'inherit' });
  running.add(child);
  const end = setTimeout(() => child.kill(), maxMs);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(end);
      running.delete(child);
      resolve(code === 0);
    });
  });
}

function report(file, mutants, total) {
  const isNoticed = ({ status }) => status === 'Killed' || status === 'Timeout';
  const counted = mutants.filter((each) => isNoticed(each) || isMissed(each));
  if (counted.length === 0) return;
  const here = { changes: counted.length, noticed: counted.filter(isNoticed).length };
  total.changes += here.changes;
  total.noticed += here.noticed;
  console.log(`${percent(here).padStart(7)}  ${file}: ${here.noticed} of ${here.changes}`);
  const missed = counted.filter(isMissed).sort((a, b) => placeOf(a) - placeOf(b));
  for (const { location, mutatorName, replacement, status } of missed) {
    const { line, column } = location.start;
    const to = replacement.replaceAll(/\s+/g, ' ').slice(0, 80);
    const why = status === 'NoCoverage' ? 'not reached' : 'survived';
    console.log(`         ${line}:${column} ${why}: ${mutatorName} → ${to}`);
  }
}

function isMissed({ status }) {
  return status === 'Survived' || status === 'NoCoverage';
}

function placeOf({ location: { start } }) {
  return start.line * 1e4 + start.column;
}

function percent({ noticed, changes }) {
  return changes === 0 ? '–' : `${((100 * noticed) / changes).toFixed(1)} %`;
}

process.once('exit', () => fs.rmSync(scratch, { recursive: true, force: true }));
main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
