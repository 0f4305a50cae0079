/**
 * One snapshot of a large fleet through the real queue, with the app in a process of its own, started by `npm run host`'s
 * code. Prints one JSON line per fleet: calls, time, and the most memory that the app's process ever had (Linux only).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { HostProcess } from '../local/start/HostProcess';
import { FREE_PORTS, startEmulators } from '../local/start/startEmulators';
import { InventoryObserver } from '../tests/support/InventoryObserver';

const FLEETS = process.argv.slice(2).map(Number);
const SIZES = FLEETS.length > 0 ? FLEETS : [100_000, 250_000];
const WITHIN_MS = 20 * 60_000;

async function measure(machines: number): Promise<void> {
  const emulators = await startEmulators({ ports: FREE_PORTS, defender: { machines } });
  const settings = { ...emulators.settings, INVENTORY_OUTPUTS: 'ndjson,csv,parquet' };
  const appRoot = process.env['APP_ROOT'] ?? resolve(__dirname, '..');
  const host = HostProcess.spawn({ appRoot, port: 0, settings, onOutput: () => undefined });
  await host.ready();
  const idleMb = peakMbOfChildren();
  const observer = InventoryObserver.of(emulators);
  const startedAt = performance.now();
  const run = await observer.snapshot(WITHIN_MS);
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  const peakMb = peakMbOfChildren();
  const { counts, source, files } = await observer.latest();
  const bytes = Object.fromEntries(files.map(({ format, bytes }) => [format, bytes]));
  const { status, waits } = run;
  const found = { status, total: counts.total, calls: source.calls, waits, bytes };
  console.log(JSON.stringify({ machines, ...found, seconds, idleMb, peakMb }));
  await observer.close();
  await host.stop();
  await emulators.close();
}

/** The high-water mark of the resident set; null where the system does not tell. */
function peakMbOfChildren(): number | null {
  try {
    const tasks = readdirSync('/proc/self/task');
    const pids = tasks.flatMap((task) =>
      readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
    );
    const peaksKb = pids.map((pid) => {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0);
    });
    return Math.round(Math.max(...peaksKb) / 1024);
  } catch {
    return null;
  }
}

async function main(): Promise<void> {
  for (const machines of SIZES) await measure(machines);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
