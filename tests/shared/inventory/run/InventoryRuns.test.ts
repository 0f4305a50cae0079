import { newRun, runIdOf, type InventoryRun } from '../../../../shared/inventory/run/InventoryRun';
import { InventoryRuns } from '../../../../shared/inventory/run/InventoryRuns';
import { readPageWork } from '../../../../shared/inventory/run/inventoryMessage';
import { updateRun } from '../../../../shared/inventory/run/RunStore';
import { BrokerUnreachableError } from '../../../../shared/messaging/BrokerUnreachableError';
import type { OutgoingMessage } from '../../../../shared/messaging/QueueSender';
import { RecordingLogger } from '../../telemetry/RecordingLogger';
import { MemoryRunStore } from '../MemoryRunStore';

const HOUR_MS = 3_600_000;
const SLOT = Date.parse('2026-01-31T02:10:00Z');

/** Starts at `now`; `down`: the broker is gone. */
function openRuns(now = SLOT) {
  const sent: OutgoingMessage[] = [];
  const logger = new RecordingLogger();
  const store = new MemoryRunStore();
  const world = { now, down: false };
  const send = (messages: readonly OutgoingMessage[]) => {
    if (world.down) return Promise.reject(new BrokerUnreachableError('inventory-pages', 'gone'));
    sent.push(...messages);
    return Promise.resolve();
  };
  const clock = { now: () => world.now, sleep: () => Promise.resolve() };
  const runs = new InventoryRuns({ runs: store, sender: { send }, clock, logger });
  return { runs, store, sent, logger, world };
}

/** A run whose next message was due an hour and `lateMs` ago. */
async function withStandstill(lateMs: number, differing: Partial<InventoryRun> = {}) {
  const opened = openRuns(SLOT + 2 * HOUR_MS);
  const nextAt = SLOT + HOUR_MS - lateMs;
  const run = { ...newRun(SLOT, SLOT), seq: 4, nextAt, ...differing };
  await opened.store.insert(run);
  return { ...opened, run };
}

const runOf = async (store: MemoryRunStore): Promise<InventoryRun | undefined> =>
  (await store.read(runIdOf(SLOT)))?.run;

describe('InventoryRuns.startScheduled()', () => {
  it.each([
    { fired: '02:10:00.000', slot: '02:10' },
    { fired: '02:15:00.000', slot: '02:10' },
    { fired: '02:14:59.000', slot: '02:10' },
    { fired: '02:15:31.500', slot: '02:10' },
    { fired: '02:09:58.000', slot: '02:10' },
    { fired: '02:20:04.000', slot: '02:20' },
    { fired: '23:59:59.000', slot: '00:00', day: '02-01' },
  ])('takes a timer that fires at $fired for the slot of $slot', async ({ fired, slot, day }) => {
    const { runs, sent } = openRuns(Date.parse(`2026-01-31T${fired}Z`));

    const runId = await runs.startScheduled();

    const slotAt = Date.parse(`2026-${day ?? '01-31'}T${slot}:00Z`);
    expect(runId).toBe(runIdOf(slotAt));
    expect(sent.map(({ body }) => readPageWork(body, slotAt))).toMatchObject([
      { runId, slotAt, seq: 0 },
    ]);
  });

  it('sends equal messages for every firing of one slot, so that the broker keeps one', async () => {
    const { runs, sent, world } = openRuns();

    for (const offset of [-2_000, 0, 0, 45_000]) {
      world.now = SLOT + offset;
      await runs.startScheduled();
    }

    expect(new Set(sent.map(({ messageId }) => messageId)).size).toBe(1);
  });

  it('writes no row: that is for whoever handles the message', async () => {
    const { runs, store } = openRuns();

    const runId = await runs.startScheduled();

    expect(await store.list(0)).toEqual([]);
    expect(await runs.get(runId)).toBeNull();
  });
});

describe('InventoryRuns.startNow()', () => {
  it('stands for the moment, beside the schedule', async () => {
    const { runs } = openRuns(SLOT + 1_234);

    expect(await runs.startNow()).toBe('20260131T021001234Z');
  });

  it.each([true, false])('tells in its first message whether to publish: %s', async (publishes) => {
    const { runs, sent } = openRuns();

    await runs.startNow(publishes);

    expect(sent.map(({ body }) => readPageWork(body, SLOT))).toMatchObject([{ publishes }]);
  });
});

describe('InventoryRuns.takeOver()', () => {
  it('goes on with a run an hour past its next message, at its page, under a new epoch', async () => {
    const { runs, store, sent, logger, world } = await withStandstill(1);

    await runs.takeOver();

    expect(await runOf(store)).toMatchObject({ status: 'running', epoch: 1, nextAt: world.now });
    expect(sent.map(({ messageId }) => messageId)).toEqual([`${runIdOf(SLOT)}:1:4:0`]);
    expect(logger.lines.map(({ event }) => event)).toEqual(['inventory.takenOver']);
  });

  it('publishes nothing that was taken by hand without being told to', async () => {
    const { runs, store } = await withStandstill(1, { publishes: false });

    await runs.takeOver();

    expect(await runOf(store)).toMatchObject({ epoch: 1, publishes: false });
  });

  it.each([
    { what: 'is due for less than an hour', lateMs: 0, differing: {} },
    { what: 'has its message scheduled', lateMs: -3 * HOUR_MS, differing: {} },
    { what: 'is over', lateMs: 1, differing: { status: 'published' } as const },
    { what: 'has failed', lateMs: 1, differing: { status: 'failed' } as const },
  ])('leaves a run alone that $what', async ({ lateMs, differing }) => {
    const { runs, store, sent, run } = await withStandstill(lateMs, differing);

    await runs.takeOver();

    expect(await runOf(store)).toEqual(run);
    expect(sent).toEqual([]);
  });

  it('fences whoever was at the run before', async () => {
    const { runs, store, run } = await withStandstill(1);

    await runs.takeOver();

    const isWritten = await updateRun(store, run, () => ({ seq: 9, status: 'failed' }));
    expect(isWritten).toBe(false);
    expect(await runOf(store)).toMatchObject({ status: 'running', seq: 4 });
  });

  it('takes a run over once, however many do so at a time', async () => {
    const { runs, store, sent } = await withStandstill(1);

    await Promise.all([runs.takeOver(), runs.takeOver(), runs.takeOver()]);

    expect(await runOf(store)).toMatchObject({ epoch: 1 });
    expect(sent).toHaveLength(1);
  });

  it('tries again an hour later if the message could not be sent', async () => {
    const { runs, store, sent, world } = await withStandstill(1);
    world.down = true;
    await expect(runs.takeOver()).rejects.toThrow(BrokerUnreachableError);

    world.down = false;
    world.now += HOUR_MS + 1;
    await runs.takeOver();

    expect(await runOf(store)).toMatchObject({ epoch: 2 });
    expect(sent.map(({ messageId }) => messageId)).toEqual([`${runIdOf(SLOT)}:2:4:0`]);
  });

  it('ends a run that stands still for the fourth time', async () => {
    const { runs, store, sent, logger, world } = await withStandstill(1, { epoch: 3 });

    await runs.takeOver();

    const ending = { status: 'failed', reasonCode: 'inventory.standstill' };
    expect(await runOf(store)).toMatchObject({ ...ending, completedAt: world.now });
    expect(sent).toEqual([]);
    expect(logger.lines).toMatchObject([{ event: 'inventory.ended', fields: ending }]);
  });
});

describe('InventoryRuns.resume()', () => {
  it('goes on at once with a run that is at work, under a new epoch', async () => {
    const { runs, store, sent } = await withStandstill(-HOUR_MS);

    const found = await runs.resume(runIdOf(SLOT));

    expect(found).toMatchObject({ status: 'running', epoch: 0 });
    expect(await runOf(store)).toMatchObject({ epoch: 1 });
    expect(sent).toHaveLength(1);
  });

  it.each([
    { meant: false, asked: false, publishes: false },
    { meant: false, asked: true, publishes: true },
    { meant: true, asked: false, publishes: true },
  ])('publishes if it was meant to or is now: $meant, $asked', async (each) => {
    const { meant, asked, publishes } = each;
    const { runs, store } = await withStandstill(-HOUR_MS, { publishes: meant });

    await runs.resume(runIdOf(SLOT), asked);

    expect(await runOf(store)).toMatchObject({ epoch: 1, publishes });
  });

  it('leaves a run alone that is over', async () => {
    const { runs, sent, run } = await withStandstill(1, { status: 'published' });

    expect(await runs.resume(run.runId)).toEqual(run);
    expect(sent).toEqual([]);
  });

  it('knows no run that is not there', async () => {
    expect(await openRuns().runs.resume('nothing')).toBeNull();
  });
});

describe('InventoryRuns.recent()', () => {
  it('tells of no run whose slot no clock can have reached', async () => {
    const { runs, store } = openRuns();
    for (const slotAt of [SLOT, SLOT + 24 * HOUR_MS, Date.parse('2999-01-01T00:00:00Z')]) {
      await store.insert(newRun(slotAt, SLOT));
    }

    const found = await runs.recent();

    expect(found.map(({ slotAt }) => slotAt)).toEqual([SLOT, SLOT + 24 * HOUR_MS]);
  });
});
