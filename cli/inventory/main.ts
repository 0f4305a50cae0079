import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { readLocalSettings } from '../../local/host/HostSettings';
import { createAppContext, type AppContext } from '../../shared/app/createAppContext';
import { parseConfig } from '../../shared/config/parseConfig';
import type { Inventory } from '../../shared/inventory/createInventory';
import type { InventoryRun } from '../../shared/inventory/InventoryRun';
import type { Manifest } from '../../shared/inventory/Manifest';
import { snapshotPaths } from '../../shared/inventory/snapshotPaths';
import type { OutgoingMessage } from '../../shared/messaging/QueueSender';
import { createLogger } from '../../shared/telemetry/createLogger';
import { LocalQueue } from './LocalQueue';
import { progressLine } from './progressLine';

const HELP = `Takes one snapshot of all machines with the current settings, in this process, and downloads its files.

  npm run inventory -- --out DIR [--json]

  --out DIR   where the files go; made if it is not there
  --json      print the manifest instead of the progress
  --help      this text

Settings come from the environment, and where it is silent from Values in local.settings.json. The calls count against
the shared quota. Exit code 0: complete; 1: not complete, or failed.
`;
const DELIVERY_BUDGET_MS = 60_000;
const CLEAR_LINE = '\r\u001b[2K';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (values.out === undefined) throw new Error('--out DIR is missing; --help says more.');
  const context = openContext();
  try {
    const { run, inventory } = await takeSnapshot(context, values.json);
    if (run.status === 'failed') {
      console.error(`Failed: ${run.reasonCode ?? 'unknown'}`);
      return 1;
    }
    const folder = resolve(values.out);
    const manifest = await download(inventory, context, run, folder);
    console.log(values.json ? JSON.stringify(manifest, null, 2) : summaryOf(manifest, folder));
    return manifest.complete ? 0 : 1;
  } finally {
    await context.close();
  }
}

function openContext(): AppContext {
  const parsed = parseConfig({ ...readLocalSettings(process.cwd()), ...process.env });
  if (parsed.ok) {
    const logger = createLogger((level, line) => {
      if (level === 'error') console.error(line);
    });
    return createAppContext({ ...parsed, logger });
  }
  const problems = parsed.problems.map(({ setting, message }) => `  ${setting} ${message}`);
  throw new Error(`The settings cannot be used:\n${problems.join('\n')}`);
}

async function takeSnapshot(
  context: AppContext,
  isSilent: boolean,
): Promise<{ readonly run: InventoryRun; readonly inventory: Inventory }> {
  const { clock } = context;
  const queue = new LocalQueue(clock);
  const inventory = context.inventoryOver(queue);
  const expected = (await inventory.publisher.latest())?.manifest.counts.total ?? 0;
  const runId = await inventory.runs.startNow();
  const show = async (waitMs: number) => {
    const run = await inventory.runs.get(runId);
    if (run && !isSilent && process.stderr.isTTY) {
      process.stderr.write(`${CLEAR_LINE}${progressLine(run, expected, waitMs)}`);
    }
  };
  const handle = async (message: OutgoingMessage) => {
    const source = sourceOf(message, clock.now());
    await inventory.queue.handle(message.body, source, clock.now() + DELIVERY_BUDGET_MS);
    await show(0);
  };
  await queue.drain(handle, show);
  if (!isSilent && process.stderr.isTTY) process.stderr.write('\n');
  const run = await inventory.runs.get(runId);
  if (!run) throw new Error(`Run ${runId} has disappeared.`);
  return { run, inventory };
}

function sourceOf({ messageId }: OutgoingMessage, now: number) {
  const none = { correlationId: null, sequenceNumber: '', applicationProperties: {} };
  return { queue: 'local', messageId, enqueuedAt: now, deliveryCount: 1, ...none };
}

async function download(
  { publisher, snapshots }: Inventory,
  { config }: AppContext,
  { runId, slotAt }: InventoryRun,
  folder: string,
): Promise<Manifest> {
  const place = { tenantId: config.defender.tenantId, runId, slotAt };
  const manifest = await publisher.manifestOf(place);
  if (!manifest) throw new Error(`Run ${runId} has no manifest.`);
  await mkdir(folder, { recursive: true });
  for (const { path, format } of manifest.files) {
    const file = await snapshots.open(path);
    if (!file) throw new Error(`There is no blob ${path}.`);
    const name = format === 'csv' ? 'devices.csv' : basename(path).replace('part-00000', 'devices');
    await pipeline(file, createWriteStream(join(folder, name)));
  }
  const manifestPath = snapshotPaths(place, manifest.complete).manifest;
  const text = await snapshots.readText(manifestPath);
  await writeFile(join(folder, 'manifest.json'), text?.text ?? '');
  return manifest;
}

function summaryOf({ complete, counts, delta, source, warnings }: Manifest, folder: string) {
  const proof = complete ? 'complete' : `NOT complete: ${warnings.join(', ')}`;
  return [
    `${counts.total} machines, ${proof}`,
    `${delta.new} new, ${delta.changed} changed, ${delta.retired} retired; ${source.calls} calls, ${source.throttled} throttled`,
    folder,
  ].join('\n');
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
