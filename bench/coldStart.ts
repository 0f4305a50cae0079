/**
 * How long the app takes from its first file to the last function registered, each time in a new process: the package that
 * is deployed, and the files of dist/ that `npm start` runs, turn by turn. Exits with 1 when the package's median is more
 * than it may be. Writes its section of docs/benchmarks.md.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { packageApp } from '../cli/package/packageApp.cjs';
import { writeSection } from './benchmarksDoc';
import { machineLoad, median, number } from './figures';
import { ProgressBar } from './progressBar';
import { APP_ROOT } from './startApp';

const RUNS = 21;
const MOST_MS = 400;

/** As in Azure, with identities instead of secrets; nothing connects before it is needed. */
const SETTINGS = {
  AZURE_FUNCTIONS_ENVIRONMENT: 'Production',
  ServiceBusConnection__fullyQualifiedNamespace: 'contoso.servicebus.windows.net',
  StateStorage__tableServiceUri: 'https://contoso.table.core.windows.net',
  StateStorage__blobServiceUri: 'https://contoso.blob.core.windows.net',
  DEFENDER_TENANT_ID: '72f988bf-86f1-41af-91ab-2d7cd011db47',
};

interface Load {
  readonly ms: number;
  readonly cpuMs: number;
  readonly modules: number;
  readonly functions: readonly string[];
}

async function loadOnce(appRoot: string): Promise<Load> {
  const file = path.join(__dirname, 'loadApp.cjs');
  const env = { ...process.env, ...SETTINGS };
  const child = fork(file, [APP_ROOT, appRoot], { execArgv: [], env });
  const [load] = (await once(child, 'message')) as [Load]; // what loadApp.cjs sends
  if (!load.functions.includes('siemMessage'))
    throw new Error('The app does not take its settings');
  return load;
}

async function main(): Promise<number> {
  const { folder } = await packageApp(APP_ROOT, path.join(APP_ROOT, 'dist', 'package'));
  const bar = new ProgressBar();
  // Reads the files into the system's cache.
  await loadOnce(folder);
  await loadOnce(APP_ROOT);
  const packaged: Load[] = [];
  const unpacked: Load[] = [];
  while (packaged.length < RUNS) {
    const load = await loadOnce(folder);
    packaged.push(load);
    unpacked.push(await loadOnce(APP_ROOT));
    bar.show(packaged.length / RUNS, `${number(load.ms)} ms`);
  }
  const text = section(packaged, unpacked);
  console.log(`\n${text}`);
  writeSection('Cold start', text);
  return median(timesOf(packaged)) <= MOST_MS ? 0 : 1;
}

const timesOf = (loads: readonly Load[]): readonly number[] => loads.map(({ ms }) => ms);

function rowOf(what: string, loads: readonly Load[], figure: string): string {
  const times = timesOf(loads);
  const cells = [
    what,
    loads[0]?.functions.length ?? 0,
    loads[0]?.modules ?? 0,
    `${number(median(loads.map(({ cpuMs }) => cpuMs)))} ms`,
    `${number(median(times))} ms`,
    `${number(Math.min(...times))} … ${number(Math.max(...times))} ms`,
    figure,
  ];
  return `| ${cells.join(' | ')} |`;
}

const section = (packaged: readonly Load[], unpacked: readonly Load[]): string =>
  `\`npm run bench -- coldStart\` loads the package that is deployed (\`npm run package\`), and in turn with it \`dist/functions\`,
\`dist/shared\` and the packages they need, as \`npm start\` runs them, in ${RUNS} new processes each, with identities instead of
secrets as in Azure; the files are in the system's cache. Measured is the time from the first file to the last function registered,
without the start of Node itself.

| what | functions | modules | CPU time, median | time, median | least … most | figure |
|---|---:|---:|---:|---:|---:|---:|
${rowOf('the package', packaged, `≤ ${MOST_MS} ms`)}
${rowOf('the files of dist/', unpacked, '')}

What tokens, Defender, Service Bus and blobs need is loaded when it is first used. The CPU time, which includes compiling and collecting\ngarbage beside the main thread, is about what it takes on a machine without other load. ${machineLoad()}
`;

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
