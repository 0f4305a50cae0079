import { ENDPOINT_IDS } from '../../../shared/defender/endpointIds';
import {
  StatusReport,
  type Status,
  type StatusReportDeps,
} from '../../../shared/health/StatusReport';
import { DepthUnreadableError } from '../../../shared/messaging/QueueDepths';
import { newRun } from '../../../shared/inventory/run/InventoryRun';
import type { CalendarStatus } from '../../../shared/quota/CalendarStatus';
import { QuotaUnavailableError } from '../../../shared/quota/QuotaUnavailableError';
import { StorageUnavailableError } from '../../../shared/storage/StorageUnavailableError';
import { VirtualClock } from '../../../local/simulation/VirtualClock';

const clock = new VirtualClock();
const now = clock.now();
const at = (ms: number) => new Date(now + ms).toISOString();

const calendar: CalendarStatus = {
  asOf: now,
  minute: { limit: 100, used: 1, left: 99 },
  hour: { limit: 1500, used: 2, left: 1498 },
  reserve: { minute: 10, hour: 15 },
  callsPerMinute: [1, 1],
  planned: [{ flow: 'normal', slotAt: now + 1_000, tag: 0 }],
  nextSlotAt: { interactive: now, normal: now + 1_000 },
  coolDown: { until: now + 6_000, why: 'failing' },
  pending: [{ setting: 'DEFENDER_QUOTA_PER_HOUR', stored: 10, configured: 1500 }],
  breakers: {
    machine: { why: 'failing', since: now, failures: 3, until: now + 6_000 },
  },
  outstanding: { interactive: 0, retry: 0, http: 0, high: 0, normal: 7, low: 0, inventory: 0 },
  lastThrottledAt: null,
  throttles: 0,
};
const forbidden = { why: 'forbidden', until: now + 3_600_000 } as const;
const someBatches = {
  calls: 2,
  questions: 54,
  questionsPerCall: 27,
  droppedRows: 0,
  mostQuestions: 30,
  mostCharacters: 1_600,
  off: null,
};
const agents = {
  minute: { limit: 10, used: 1, left: 9 },
  hour: { limit: 100, used: 12, left: 88 },
};
const nothingDone = { slices: [], recent: [] };
const depth = { active: 1, scheduled: 7, deadLettered: 0 };

function read(deps: Partial<StatusReportDeps> = {}) {
  const report = new StatusReport({
    calendar: async () => calendar,
    agents: async () => agents,
    depths: { read: async (queue) => (queue === 'topic' ? null : depth) },
    queues: ['lookups', 'topic'],
    cache: () => ({ asked: 2, hits: 1, hitRate: 0.5 }),
    batches: async () => ({ machines: someBatches, alerts: { ...someBatches, off: forbidden } }),
    activity: { own: () => nothingDone, parts: async () => [nothingDone] },
    inventoryRuns: async () => [newRun(now - 1, now - 1), newRun(now, now)],
    token: () => null,
    quotaScope: 'endpoint',
    warnings: [],
    clock,
    ...deps,
  });
  return clock.run(report.read());
}

describe('StatusReport.read()', () => {
  it('says how many questions calls answer, and why a list takes one only', async () => {
    const { batches } = await read();

    expect(batches?.machines).toEqual(someBatches);
    expect(batches?.alerts.off).toEqual({ why: 'forbidden', until: at(3_600_000) });
  });

  it('says per endpoint what is used and left, when the next slot is, why it cools down, and which settings are not in force', async () => {
    const { endpoints, queues, lastInventory, unreadable } = await read();

    expect(Object.keys(endpoints)).toEqual([...ENDPOINT_IDS]);
    expect(endpoints.machine).toMatchObject({
      hour: { limit: 1500, used: 2, left: 1498 },
      nextSlotAt: { interactive: at(0), normal: at(1_000) },
      coolDown: { until: at(6_000), why: 'failing' },
      breaker: 'failing',
      agents,
      waiting: { normal: 7 },
      pendingSettings: [{ setting: 'DEFENDER_QUOTA_PER_HOUR', stored: 10, configured: 1500 }],
    });
    expect(endpoints.findByIp).toMatchObject({ breaker: null });
    expect(queues).toEqual({ lookups: depth, topic: null });
    expect(lastInventory).toMatchObject({ startedAt: at(0), completedAt: null, nextAt: at(0) });
    expect(unreadable).toEqual([]);
  });

  it.each([
    { quotaScope: 'endpoint', waiting: ENDPOINT_IDS.length },
    { quotaScope: 'application', waiting: 1 },
  ] as const)(
    'counts a call that waits once, with a quota for each $quotaScope',
    async ({ quotaScope, waiting }) => {
      const { ahead } = await read({ quotaScope });

      expect(ahead.waiting.normal?.[0]).toBe(waiting);
      expect(ahead.waiting.normal?.at(-1)).toBe(0);
    },
  );

  const storageIsDown = () =>
    Promise.reject(new StorageUnavailableError('list rows', 'secret-host'));
  const trouble: {
    title: string;
    deps: Partial<StatusReportDeps>;
    expected: Status['unreadable'];
  }[] = [
    {
      title: 'one calendar',
      deps: {
        calendar: async (id) => {
          if (id === 'file') throw new QuotaUnavailableError('secret-host');
          return calendar;
        },
      },
      expected: [{ part: 'endpoints.file', code: 'quota.unavailable' }],
    },
    {
      title: 'what other processes do',
      deps: { activity: { own: () => nothingDone, parts: () => storageIsDown() } },
      expected: [{ part: 'lastHour', code: 'storage.unavailable' }],
    },
    {
      title: 'the inventory',
      deps: { inventoryRuns: storageIsDown },
      expected: [{ part: 'lastInventory', code: 'storage.unavailable' }],
    },
    {
      title: 'the depth of one queue',
      deps: {
        depths: {
          read: async (queue) => {
            if (queue === 'lookups') return depth;
            throw new DepthUnreadableError(queue, 'broker.queueNotFound');
          },
        },
      },
      expected: [{ part: 'queues.topic', code: 'broker.queueNotFound' }],
    },
    {
      title: 'depths that never come',
      deps: { depths: { read: () => new Promise<never>(() => undefined) } },
      expected: ['queues.lookups', 'queues.topic'].map((part) => ({
        part,
        code: 'health.timeout',
      })),
    },
    {
      title: 'what does not answer within 5 s',
      deps: { inventoryRuns: () => new Promise<never>(() => undefined) },
      expected: [{ part: 'lastInventory', code: 'health.timeout' }],
    },
  ];
  it.each(trouble)('tells all the rest without $title, and says so', async ({ deps, expected }) => {
    const status = await read(deps);

    expect(status.unreadable).toEqual(expected);
    expect(status.endpoints.machine).not.toBeNull();
    expect(Object.keys(status.queues)).toEqual(['lookups', 'topic']);
    expect(JSON.stringify(status)).not.toContain('secret-host');
  });
});
