import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { AppContext } from '../../shared/app/createAppContext';
import type { InventoryRun, RunStatus } from '../../shared/inventory/run/InventoryRun';
import type { Manifest } from '../../shared/inventory/snapshot/Manifest';
import { CannotStart } from '../settings/CannotStart';
import { runMain } from '../settings/runMain';
import { openContext } from '../settings/openContext';
import { downloadSnapshot } from './downloadSnapshot';
import { Progress } from './Progress';
import { takeSnapshot, type SnapshotOptions } from './takeSnapshot';

const HELP = `Takes one snapshot of all machines with the current settings, in this process, and downloads its files.

  npm run inventory -- --out DIR [--publish [--replace-latest]] [--resume RUN] [--json]

  --out DIR          where the files go, with SHA256SUMS; made if it is not there, those of an older run are removed
  --publish          make it \`latest\` if it is complete and the newest; without it \`latest\` stays as it is
  --replace-latest   publish although \`latest\` was taken with another INVENTORY_FILTER
  --resume RUN       go on with a run that was left, from the last page that it stored
  --json             print the manifest instead of the progress
  --help             this text

Settings come from the environment, and where it is silent from Values in local.settings.json. If neither names a
service, the \`npm start\` that runs in this folder is used. The calls count against the shared
quota. A run that is left alone is taken over by the app an hour later.

Exit code 0: complete; 1: not complete, or failed; 2: could not start.
`;

/** What became of `latest`. */
const AFTERWARDS: Readonly<Record<RunStatus, string>> = {
  running: '',
  failed: '',
  published: 'It is latest now.',
  kept: 'latest is as it was: only --publish changes it.',
  superseded: 'latest is a newer one.',
  incomplete: 'latest is as it was.',
};

interface Options extends SnapshotOptions {
  readonly out: string;
  readonly replaceLatest: boolean;
  readonly json: boolean;
}

/** Null: help was asked for. */
function readOptions(): Options | null {
  try {
    const { values } = parseArgs({
      options: {
        out: { type: 'string' },
        publish: { type: 'boolean', default: false },
        'replace-latest': { type: 'boolean', default: false },
        resume: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return null;
    const { out = '', resume = null, publish, 'replace-latest': replaceLatest, json } = values;
    if (out.trim() === '') throw new CannotStart('--out DIR is missing; --help says more.');
    if (replaceLatest && !publish) throw new CannotStart('--replace-latest goes with --publish.');
    return { out: resolve(out), resume, publish, replaceLatest, json };
  } catch (error) {
    if (error instanceof CannotStart || !(error instanceof Error)) throw error;
    throw new CannotStart(`${error.message}\n--help says what there is.`);
  }
}

async function main(): Promise<number> {
  const options = readOptions();
  if (!options) {
    process.stdout.write(HELP);
    return 0;
  }
  await makeWritable(options.out);
  const progress = new Progress(process.stderr, options.json);
  const context = openContext(progress);
  try {
    await checkDependencies(context);
    await checkLatest(context, options);
    return await run(context, options, progress);
  } finally {
    await context.close();
  }
}

async function makeWritable(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new CannotStart(`Cannot write to ${folder}: ${code}. Name another folder with --out.`);
  }
}

/** Storage and tokens, as nothing goes without them; the queue is in this process. */
async function checkDependencies({ health, config }: AppContext): Promise<void> {
  const { dependencies } = await health.check();
  const isFailed = (status: string) => status === 'degraded' || status === 'down';
  const failed = dependencies.filter(({ name, status }) => name !== 'broker' && isFailed(status));
  if (failed.length === 0) return;
  const list = failed
    .map(({ name, code, detail }) => `  ${name}: ${code ?? ''} ${detail ?? ''}`.trimEnd())
    .join('\n');
  const isLocal = config.environment === 'Development';
  const hint = isLocal ? '\nIs `npm start` or `npm run emulators` running, on the same ports?' : '';
  throw new CannotStart(`Cannot reach what the snapshot needs:\n${list}${hint}`);
}

/** A list of some machines in place of all would look like a fleet of which most have gone. */
async function checkLatest(
  { inventory, config }: AppContext,
  { publish, replaceLatest }: Options,
): Promise<void> {
  if (!publish || replaceLatest) return;
  const latest = await inventory.publisher.latest();
  if (!latest || latest.manifest.source.filter === config.inventory.filter) return;
  const [before, now] = [latest.manifest.source.filter, config.inventory.filter].map((filter) =>
    filter === null ? 'no filter' : `the filter "${filter}"`,
  );
  throw new CannotStart(
    `latest was taken with ${before}, this run would have ${now}. Leave out --publish, or add --replace-latest.`,
  );
}

async function run(context: AppContext, options: Options, progress: Progress): Promise<number> {
  const { run, inventory } = await takeSnapshot(context, options, progress);
  if (run.status === 'failed') {
    console.error(
      `Failed: ${run.reasonCode ?? 'unknown'}. Nothing was written, latest is as it was.`,
    );
    return 1;
  }
  const place = { ...run, tenantId: context.config.defender.tenantId };
  const manifest = await downloadSnapshot(inventory, place, options.out);
  console.log(
    options.json ? JSON.stringify(manifest, null, 2) : summaryOf(manifest, run, options.out),
  );
  return manifest.complete ? 0 : 1;
}

function summaryOf(
  { complete, counts, delta, source, warnings }: Manifest,
  { status }: InventoryRun,
  folder: string,
): string {
  const proof = complete ? 'complete' : 'NOT complete';
  const why = warnings.length > 0 ? `: ${warnings.join(', ')}` : '';
  return [
    `${counts.total} machines, ${proof}${why}`,
    `${delta.new} new, ${delta.changed} changed, ${delta.retired} retired; ${source.calls} calls, ${source.throttled} throttled`,
    AFTERWARDS[status],
    folder,
  ].join('\n');
}

void runMain(main);
