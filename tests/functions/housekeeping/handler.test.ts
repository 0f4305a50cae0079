import { InvocationContext, type Timer } from '@azure/functions';
import { createHousekeepingHandler } from '../../../functions/housekeeping/handler';
import { newRun } from '../../../shared/inventory/run/InventoryRun';
import { InventoryRuns } from '../../../shared/inventory/run/InventoryRuns';
import { BrokerUnreachableError } from '../../../shared/messaging/BrokerUnreachableError';
import { MemoryRunStore } from '../../shared/inventory/MemoryRunStore';
import { RecordingLogger } from '../../shared/telemetry/RecordingLogger';

const NOW = Date.parse('2026-01-31T06:00:00Z');
const HOUR_MS = 3_600_000;
const timer: Timer = {
  isPastDue: false,
  schedule: { adjustForDST: false },
  scheduleStatus: { last: '', next: '', lastUpdated: '' },
};

const PARTS = ['takeOver', 'takeBack', 'catchUp', 'housekeeping', 'tidy'] as const;
type Part = (typeof PARTS)[number];

/** With a run that stands still; `fails` names a part that does not work. */
async function keepHouse(fails: Part | null = null) {
  const done: string[] = [];
  const store = new MemoryRunStore();
  await store.insert({ ...newRun(NOW - 3 * HOUR_MS, NOW - 3 * HOUR_MS), seq: 2 });
  const part = (name: string) => () => {
    if (name === fails) return Promise.reject(new BrokerUnreachableError('q', name));
    done.push(name);
    return Promise.resolve();
  };
  const runs = new InventoryRuns({
    runs: store,
    sender: { send: part('takeOver') },
    clock: { now: () => NOW, sleep: () => Promise.resolve() },
    logger: new RecordingLogger(),
  });
  const handler = createHousekeepingHandler({
    housekeeping: { run: part('housekeeping') },
    deadLetters: { takeBack: part('takeBack') },
    requestRecords: { catchUp: part('catchUp') },
    inventory: { runs, tidy: { run: part('tidy') } },
  });
  const failure = await Promise.resolve(handler(timer, new InvocationContext())).then(
    () => null,
    (error: unknown) => error,
  );
  return { done, failure, runs: await store.list(0) };
}

describe('housekeeping', () => {
  it('goes on with an inventory run that stands still and with dead letters, and tidies up', async () => {
    const { done, failure, runs } = await keepHouse();

    expect(failure).toBeNull();
    expect(done).toEqual(PARTS);
    expect(runs).toMatchObject([{ status: 'running', epoch: 1, nextAt: NOW }]);
  });

  it.each(PARTS)('does everything else when %s fails, and tells of it', async (fails) => {
    const { done, failure } = await keepHouse(fails);

    expect(failure).toEqual(new BrokerUnreachableError('q', fails));
    expect([...done, fails].toSorted()).toEqual(PARTS.toSorted());
  });
});
