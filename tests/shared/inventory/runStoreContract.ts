import { newRun, type InventoryRun } from '../../../shared/inventory/run/InventoryRun';
import type { RunStore } from '../../../shared/inventory/run/RunStore';

const DAY_MS = 86_400_000;
const SLOT = Date.parse('2026-01-31T02:10:00Z');

const first = newRun(SLOT, SLOT + 1_234);
const second = newRun(SLOT + DAY_MS, SLOT + DAY_MS);

/** Every field holds something else than at the start. */
const ended: InventoryRun = {
  ...first,
  status: 'incomplete',
  epoch: 2,
  publishes: false,
  phase: 'changes',
  seq: 14,
  machines: 100_000,
  calls: 15,
  throttled: 1,
  waits: 3,
  reasonCode: 'defender.unavailable',
  nextAt: SLOT + 60_000,
  completedAt: SLOT + 90_000,
  warnings: ['inventory.overlapUnconfirmed', 'with "quotes" and ü'],
};

/** What the inventory relies on, whatever keeps its runs. */
export function itKeepsRuns(open: () => Promise<RunStore>): void {
  it('knows no run that nobody added', async () => {
    const store = await open();

    expect(await store.read(first.runId)).toBeNull();
    expect(await store.list(0)).toEqual([]);
    await expect(store.removeBefore(SLOT)).resolves.toBeUndefined();
  });

  it('gives back a run as it was added', async () => {
    const store = await open();

    const added = await store.insert(first);

    expect(added?.run).toEqual(first);
    expect(await store.read(first.runId)).toEqual(added);
  });

  it('keeps the run that was there first', async () => {
    const store = await open();
    await store.insert(first);

    const again = await store.insert(ended);

    expect(again).toBeNull();
    expect((await store.read(first.runId))?.run).toEqual(first);
  });

  it('lets one of many add a run', async () => {
    const store = await open();

    const added = await Promise.all([1, 2, 3, 4].map(() => store.insert(first)));

    expect(added.filter((each) => each !== null)).toHaveLength(1);
  });

  it('gives back every field of a changed run', async () => {
    const store = await open();
    const etag = (await store.insert(first))?.etag ?? '';

    const changed = await store.replace(ended, etag);

    expect(changed?.run).toEqual(ended);
    expect(await store.read(first.runId)).toEqual(changed);
  });

  it('forgets what a run no longer has', async () => {
    const store = await open();
    const etag = (await store.insert(ended))?.etag ?? '';

    await store.replace(first, etag);

    expect((await store.read(first.runId))?.run).toEqual(first);
  });

  it('lets one of two change a run that both have read', async () => {
    const store = await open();
    const etag = (await store.insert(first))?.etag ?? '';

    const changed = await Promise.all([
      store.replace({ ...first, epoch: 1 }, etag),
      store.replace({ ...first, epoch: 1 }, etag),
    ]);

    expect(changed.filter((each) => each !== null)).toHaveLength(1);
    expect(await store.replace(ended, etag)).toBeNull();
  });

  it('changes no run that is not there', async () => {
    const store = await open();
    const etag = (await store.insert(first))?.etag ?? '';

    expect(await store.replace(second, etag)).toBeNull();
    expect(await store.read(second.runId)).toBeNull();
  });

  it('lists runs of a slot and later ones, the oldest first', async () => {
    const store = await open();
    const third = newRun(SLOT + 2 * DAY_MS, SLOT);
    for (const run of [third, first, second]) await store.insert(run);

    expect(await store.list(SLOT)).toEqual([first, second, third]);
    expect(await store.list(SLOT + 1)).toEqual([second, third]);
    expect(await store.list(SLOT + 3 * DAY_MS)).toEqual([]);
  });

  it('removes runs of earlier slots, but none that is at work', async () => {
    const store = await open();
    const atWork = newRun(SLOT - DAY_MS, SLOT);
    for (const run of [atWork, ended, { ...second, status: 'failed' } as const]) {
      await store.insert(run);
    }

    await store.removeBefore(second.slotAt);

    expect((await store.list(0)).map(({ runId }) => runId)).toEqual([atWork.runId, second.runId]);
  });
}
