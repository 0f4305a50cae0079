import { startAzurite, type Azurite } from '../../../../local/azurite';
import type { PublishedRun } from '../../../../shared/inventory/snapshot/SnapshotPublisher';
import type { SnapshotStore } from '../../../../shared/inventory/snapshot/SnapshotStore';
import { StorageUnavailableError } from '../../../../shared/storage/StorageUnavailableError';
import { Crash, crashingStore, wrapWrites } from '../CrashingStore';
import { machine, SnapshotShelf, TENANT, type Walked } from '../SnapshotShelf';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.close());

const open = (): SnapshotShelf => SnapshotShelf.open(azurite);

const FLEET = [1, 2, 3, 4, 5].map((id) => machine(id));

describe('SnapshotPublisher, dying in the middle', () => {
  /** Every change that a publication makes, by name. */
  async function changesOf(shelf: SnapshotShelf, { run, walked }: Walked): Promise<string[]> {
    const changes: string[] = [];
    const watched = wrapWrites(shelf.store, (name, make) => {
      changes.push(name);
      return make();
    });
    await shelf.publisher({}, watched).publish(run, walked);
    return changes;
  }

  it('shows nothing by halves at any point, and flips latest once', async () => {
    const shelf = open();
    await shelf.take(FLEET);
    const count = (await changesOf(shelf, await shelf.walk([FLEET]))).length;
    const points = Array.from({ length: count }, (_, at) => at);
    const faults = points.flatMap((at) =>
      (['before', 'after'] as const).map((when) => ({ at, when })),
    );
    for (const fault of faults) {
      const before = await shelf.latest();
      const { run, walked } = await shelf.walk([FLEET, [machine(fault.at)]]);

      const dying = shelf.publisher({}, crashingStore(shelf.store, fault)).publish(run, walked);
      await expect(dying).rejects.toThrow(Crash);

      const between = await shelf.latest();
      const written = await shelf.publisher().manifestOf({ ...run, tenantId: TENANT });
      expect([before?.runId, run.runId]).toContain(between?.runId);
      expect(between && (await shelf.wrongFiles(between))).toEqual([]);
      expect(written && (await shelf.wrongFiles(written))).toEqual(written && []);

      const flips = await changesOf(shelf, { run, walked });
      const hasFlipped = between?.runId === run.runId;
      expect((await shelf.latest())?.runId).toBe(run.runId);
      expect(await shelf.wrongLatestFiles()).toEqual([]);
      // Once latest is this run's, it is not written any more.
      if (hasFlipped) expect(flips).not.toContain('writeText');
    }
    expect(count).toBeGreaterThan(5);
  }, 60_000);

  it('is tried again when storage refuses, and leaves what was there', async () => {
    const shelf = open();
    await shelf.take(FLEET);
    const before = await shelf.latest();
    const { run, walked } = await shelf.walk([FLEET]);
    const refusing = wrapWrites(shelf.store, (name, make) =>
      name === 'upload' ? Promise.reject(new StorageUnavailableError('write', '503')) : make(),
    );

    const publishing = shelf.publisher({}, refusing).publish(run, walked);

    await expect(publishing).rejects.toThrow(StorageUnavailableError);
    expect(await shelf.latest()).toEqual(before);
    expect(await shelf.publisher().publish(run, walked)).toMatchObject({ status: 'published' });
  });

  it('writes nothing that counts once the run is somebody else’s', async () => {
    const shelf = open();
    await shelf.take(FLEET);
    const before = await shelf.latest();
    const { run, walked } = await shelf.walk([FLEET]);

    const published = await shelf
      .publisher()
      .publish(run, { ...walked, isCurrent: () => Promise.resolve(false) });

    expect(published).toBeNull();
    expect(await shelf.latest()).toEqual(before);
    expect(await shelf.publisher().manifestOf({ ...run, tenantId: TENANT })).toBeNull();
  });
});

describe('SnapshotPublisher, several at a time', () => {
  /** The store; before its first `name`, `first` happens. */
  const interrupted = (store: SnapshotStore, name: string, first: () => Promise<unknown>) => {
    let isDone = false;
    return wrapWrites(store, async (each, make) => {
      if (each === name && !isDone) {
        isDone = true;
        await first();
      }
      return make();
    });
  };

  it('never lets an older run over a newer one', async () => {
    const shelf = open();
    const older = await shelf.walk([FLEET]);
    const newer = await shelf.take(FLEET);

    const published = await shelf.publisher().publish(older.run, older.walked);

    expect(published).toMatchObject({ status: 'superseded' });
    expect((await shelf.latest())?.runId).toBe(newer.runId);
  });

  it.each(['copy', 'remove'])(
    'ends with the files of the newer run, overtaken by it at the first %s',
    async (name) => {
      const shelf = open();
      await shelf.take(FLEET, { outputs: ['csv'] });
      const older = await shelf.walk([FLEET, [machine(6)]]);
      const overtaking = () => shelf.take([...FLEET, machine(7)]);
      const store = interrupted(shelf.store, name, overtaking);

      const published = await shelf.publisher({}, store).publish(older.run, older.walked);

      expect(published).toMatchObject({ status: 'superseded' });
      expect((await shelf.latest())?.runId).not.toBe(older.run.runId);
      expect(await shelf.wrongLatestFiles()).toEqual([]);
    },
  );

  it('leaves the files of an older run that came in between, once the run is somebody else’s', async () => {
    const shelf = open();
    await shelf.take(FLEET);
    const older = await shelf.walk([FLEET, [machine(7)]]);
    const { run, walked } = await shelf.walk([FLEET, [machine(6)]]);
    const between = () => shelf.publisher().publish(older.run, older.walked);
    const store = interrupted(shelf.store, 'copy', between);
    let looks = 0;
    // At the manifest, and when it begins to copy.
    const isCurrent = () => Promise.resolve((looks += 1) <= 2);

    const published = await shelf.publisher({}, store).publish(run, { ...walked, isCurrent });

    expect(published).toBeNull();
    expect((await shelf.latest())?.runId).toBe(older.run.runId);
    expect(await shelf.wrongLatestFiles()).toEqual([]);
  });

  it('publishes a run once, however many are at it', async () => {
    const shelf = open();
    await shelf.take(FLEET);
    const { run, walked } = await shelf.walk([FLEET, [machine(6)]]);
    // Blocks of one may be dropped by the commit of another: a try that fails is made again, as the queue does.
    const publish = (): Promise<PublishedRun | null> =>
      shelf
        .publisher()
        .publish(run, walked)
        .catch((error: unknown) => {
          if (error instanceof StorageUnavailableError) return publish();
          throw error;
        });

    const published = await Promise.all([1, 2, 3].map(publish));

    expect(published.map((each) => each?.status)).toEqual(['published', 'published', 'published']);
    expect(await shelf.wrongLatestFiles()).toEqual([]);
  });

  it('writes the same bytes as whoever was at the run before, though latest has moved on since', async () => {
    const shelf = open();
    await shelf.take(FLEET);
    const between = await shelf.walk([FLEET, [machine(6)]]);
    const { run, walked } = await shelf.walk([FLEET, [machine(6), machine(7)]]);
    // This one comes to late: another run is the latest by then, and somebody else has published its own.
    const rest = async () => {
      await shelf.publisher().publish(between.run, between.walked);
      await shelf.publisher().publish(run, walked);
    };
    const late = interrupted(shelf.store, 'upload', rest);

    await shelf.publisher({}, late).publish(run, walked);

    const manifest = await shelf.publisher().manifestOf({ ...run, tenantId: TENANT });
    expect(manifest?.delta).toEqual({ new: 2, changed: 0, retired: 0 });
    expect(manifest && (await shelf.wrongFiles(manifest))).toEqual([]);
  });
});
