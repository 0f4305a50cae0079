/**
 * Two snapshots of a large fleet through the real queue, the second compared with the first, with the app in a process of
 * its own, as `npm run host` starts it. Exits with 1 if a machine or a file is not as the manifest says, or if calls or
 * memory pass their limits. Writes its section of docs/benchmarks.md.
 */
import { createHash } from 'node:crypto';
import { MINUTE_MS } from '../shared/clock/durations';
import type { InventoryRun } from '../shared/inventory/run/InventoryRun';
import { InventoryObserver } from '../tests/support/InventoryObserver';
import { writeSection } from './benchmarksDoc';
import { childrenPeakMb } from './children';
import { machineLoad, number } from './figures';
import { ProgressBar } from './progressBar';
import { startApp } from './startApp';

/** What is promised for fleets of up to so many machines. */
const PROMISES = [
  { machines: 100_000, calls: 15, peakMb: 512 },
  { machines: 250_000, calls: 35, peakMb: 768 },
];
const OUTPUTS = 'ndjson,csv,parquet';
const WITHIN_MS = 20 * MINUTE_MS;
const SNAPSHOTS = ['first', 'next'];

interface Measured {
  readonly fleet: number;
  readonly snapshot: string;
  readonly machines: number;
  readonly calls: number;
  readonly seconds: number;
  /** Of the process so far; null where the system does not tell. */
  readonly peakMb: number | null;
  readonly files: number;
  readonly megabytes: number;
  /** What is not as it should be. */
  readonly faults: readonly string[];
}

const bar = new ProgressBar();

async function measureFleet(machines: number): Promise<Measured[]> {
  bar.print(`Making ${number(machines)} machines …`);
  const settings = { INVENTORY_OUTPUTS: OUTPUTS };
  const { emulators, close } = await startApp({ settings, defender: { machines } });
  const observer = InventoryObserver.of(emulators);
  try {
    const measured: Measured[] = [];
    for (const snapshot of SNAPSHOTS) {
      const found = await measure(observer, machines, snapshot);
      for (const fault of found.faults) bar.print(`✗ ${fault}`);
      measured.push(found);
    }
    return measured;
  } finally {
    await observer.close();
    await close();
  }
}

async function measure(
  observer: InventoryObserver,
  fleet: number,
  snapshot: string,
): Promise<Measured> {
  const show = ({ machines, seq, waits }: InventoryRun) => {
    bar.show(machines / fleet, `${number(machines)} machines, ${seq} pages, ${waits} waits`);
  };
  const startedAt = performance.now();
  const run = await observer.snapshot(WITHIN_MS, show);
  const seconds = (performance.now() - startedAt) / 1000;
  const peakMb = childrenPeakMb();
  const { counts, source, files } = await observer.latest();
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const found = { fleet, snapshot, machines: counts.total, calls: source.calls, seconds, peakMb };
  const faults = [
    ...(run.status === 'published' ? [] : [`the run is ${run.status}: ${run.warnings.join(', ')}`]),
    ...(await wrongFiles(observer)),
    ...brokenPromises(found),
  ];
  return { ...found, files: files.length, megabytes: bytes / 1e6, faults };
}

/** Files whose bytes are not those of the manifest. */
async function wrongFiles(observer: InventoryObserver): Promise<string[]> {
  const wrong: string[] = [];
  for (const { path, sha256, bytes } of (await observer.latest()).files) {
    const found = await observer.bytes(path);
    const digest = createHash('sha256').update(found).digest('hex');
    if (digest !== sha256 || found.byteLength !== bytes) wrong.push(`${path} is not as listed`);
  }
  return wrong;
}

function brokenPromises({
  fleet,
  machines,
  calls,
  peakMb,
}: Pick<Measured, 'fleet' | 'machines' | 'calls' | 'peakMb'>): string[] {
  const promise = PROMISES.find((each) => fleet <= each.machines);
  const broken = machines === fleet ? [] : [`${machines} machines listed`];
  if (!promise) return broken;
  if (calls > promise.calls) broken.push(`${calls} calls, ${promise.calls} at most`);
  if ((peakMb ?? 0) > promise.peakMb) broken.push(`${peakMb} MB, ${promise.peakMb} at most`);
  return broken;
}

const row = (found: Measured): string =>
  `| ${[
    number(found.machines),
    found.snapshot,
    found.calls,
    number(found.seconds),
    found.peakMb ?? '?',
    `${found.files}, ${number(found.megabytes)} MB`,
    found.faults.length > 0 ? found.faults.join('; ') : 'as listed',
  ].join(' | ')} |`;

const section = (found: readonly Measured[]): string =>
  `\`npm run bench -- inventory\` takes two snapshots of a fleet through the real queue, with every output (\`${OUTPUTS}\`), the second
compared with the first. For each size the app is a new process; the peak is the most memory that it had resident until then.
It exits with 1 if a machine is missing, a file is not as listed, or 100,000 machines take more than 15 calls or 512 MB, 250,000 more
than 768 MB.

| machines | snapshot | calls | seconds | peak RSS, MB | files | machines, sizes, SHA-256 |
|---:|---|---:|---:|---:|---:|---|
${found.map(row).join('\n')}

${machineLoad()} The emulators run on the same machine.
`;

async function main(sizes: readonly number[]): Promise<number> {
  if (!sizes.every((size) => Number.isSafeInteger(size) && size > 0)) {
    console.error('Sizes of fleets are whole numbers: npm run bench -- inventory 100000');
    return 1;
  }
  const fleets = sizes.length > 0 ? sizes : PROMISES.map(({ machines }) => machines);
  const measured: Measured[] = [];
  for (const size of fleets) measured.push(...(await measureFleet(size)));
  const text = section(measured);
  console.log(`\n${text}`);
  if (sizes.length === 0) writeSection('The inventory', text);
  return measured.every(({ faults }) => faults.length === 0) ? 0 : 1;
}

main(process.argv.slice(2).map(Number)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
