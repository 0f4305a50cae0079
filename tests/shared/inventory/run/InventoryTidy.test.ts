import { startAzurite, type Azurite } from '../../../../local/azurite';
import { newRun } from '../../../../shared/inventory/run/InventoryRun';
import { InventoryTidy } from '../../../../shared/inventory/run/InventoryTidy';
import { indexPath, latestPath } from '../../../../shared/inventory/snapshot/snapshotPaths';
import { silentLogger } from '../../telemetry/silentLogger';
import { MemoryRunStore } from '../MemoryRunStore';
import { machine, SnapshotShelf, TENANT } from '../SnapshotShelf';

const DAY_MS = 86_400_000;
const KEEP_DAYS = 30;
const FLEET = [1, 2, 3].map((id) => machine(id));

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.close());

/** Tidies up as if `days` had passed since everything was written. */
async function tidyAfter(days: number, shelf: SnapshotShelf, runs = new MemoryRunStore()) {
  const now = Date.now() + days * DAY_MS;
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  await new InventoryTidy({
    runs,
    container: shelf.blobs,
    publisher: shelf.publisher(),
    clock,
    logger: silentLogger,
    keepDays: KEEP_DAYS,
  }).run();
  return shelf.paths();
}

const open = (): SnapshotShelf => SnapshotShelf.open(azurite);

/** Two complete snapshots, then one that is not. */
async function withSnapshots() {
  const shelf = open();
  const older = await shelf.take(FLEET);
  const latest = await shelf.take(FLEET);
  const incomplete = await shelf.take(FLEET, {}, ['inventory.pageFailed']);
  for (const { runId } of [older, latest, incomplete]) {
    await shelf.store.writeText(`work/${runId}/00000.ndjson.gz`, 'a page', null);
  }
  return { shelf, older, latest, incomplete };
}

describe('InventoryTidy', () => {
  it('removes pages after three days, and nothing else', async () => {
    const { shelf, older, latest } = await withSnapshots();
    const before = await shelf.paths();

    const after = await tidyAfter(4, shelf);

    const gone = before.filter((path) => !after.includes(path));
    const kept = [older, latest].map(({ runId }) => indexPath(runId));
    expect(gone).not.toEqual([]);
    expect(gone.filter((path) => !path.startsWith('work/'))).toEqual([]);
    expect(after.filter((path) => path.startsWith('work/'))).toEqual(kept.sort());
  });

  it('leaves pages alone for as long as a run may take', async () => {
    const { shelf } = await withSnapshots();
    const before = await shelf.paths();

    expect(await tidyAfter(2, shelf)).toEqual(before);
  });

  it('keeps snapshots for as many days as set', async () => {
    const { shelf, older, incomplete } = await withSnapshots();

    await tidyAfter(KEEP_DAYS - 1, shelf);

    expect(await shelf.wrongFiles(older.manifest)).toEqual([]);
    expect(await shelf.wrongFiles(incomplete.manifest)).toEqual([]);
  });

  it('never removes what latest points to, nor what the next run is compared with', async () => {
    const { shelf, latest, older, incomplete } = await withSnapshots();

    const after = await tidyAfter(1_000, shelf);

    const paths = after.filter((path) => !path.startsWith('v1/latest/'));
    expect(paths.filter((path) => !path.includes(latest.runId))).toEqual([]);
    for (const { runId } of [older, incomplete]) expect(paths.join()).not.toContain(runId);
    expect(await shelf.wrongFiles(latest.manifest)).toEqual([]);
    expect(await shelf.wrongLatestFiles()).toEqual([]);
    const next = await shelf.take([...FLEET, machine(4)]);
    expect(next.manifest).toMatchObject({ previousRunId: latest.runId, delta: { new: 1 } });
  });

  it('puts a file of latest right that an overtaken run has copied over', async () => {
    const { shelf, older } = await withSnapshots();
    const [devices] = older.manifest.files;
    if (!devices) throw new Error('no files');
    const to = latestPath(TENANT, 'devices.ndjson.gz');
    await shelf.store.copy(devices.path, to, { contentType: 'a', sha256: devices.sha256 });

    await tidyAfter(0, shelf);

    expect(await shelf.wrongLatestFiles()).toEqual([]);
  });

  it('removes rows of runs past their time, but none that is at work', async () => {
    const runs = new MemoryRunStore();
    const ended = { ...newRun(0, 0), status: 'published' } as const;
    const atWork = newRun(1, 1);
    const recent = { ...newRun(Date.now(), 0), status: 'failed' } as const;
    for (const run of [ended, atWork, recent]) await runs.insert(run);

    await tidyAfter(1, open(), runs);

    expect(await runs.list(0)).toEqual([atWork, recent]);
  });

  it('has nothing to do before the first snapshot', async () => {
    expect(await tidyAfter(1_000, await withPagesOnly())).toEqual([]);
  });

  async function withPagesOnly() {
    const shelf = open();
    await shelf.store.writeText('work/20260131T021000000Z/00000.ndjson.gz', 'a page', null);
    return shelf;
  }
});
