import { TicketDesk } from '../../../shared/calls/TicketDesk';
import { nextStep } from '../../../shared/lookups/plans';
import { CallLeases } from '../../../shared/calls/CallLeases';
import type { Quota, Ticket, TicketAnswer } from '../../../shared/quota/Quota';
import { bulk } from '../quota/calendar/fixtures';
import { MemoryCallLeaseStore } from './MemoryCallLeaseStore';
import { aLookup, CACHE_TTL_MS, machineId, NOW } from '../lookups/aLookup';

const MINUTE_MS = 60_000;
const slotAt = NOW + 10 * MINUTE_MS;
const breaker = { why: 'forbidden', since: NOW, failures: 3 } as const;
const ticket: Ticket = {
  endpoint: 'machine',
  epoch: 'e',
  ordinal: 1,
  lane: 'bulk',
  flow: 'normal',
};
const granted: TicketAnswer = { outcome: 'granted', ticket, slotAt };

/** Asks `count` times for the same call, each time for another lookup, ten minutes behind a backlog. */
async function ask(count: number, taken: TicketAnswer) {
  const step = nextStep(aLookup('machine', machineId('a')), [], {
    internalIpRanges: [],
    ipAlerts: true,
    ipLastKnown: true,
  });
  if (!step) throw new Error('no step');
  let takes = 0;
  const quota: Pick<Quota, 'take'> = {
    take: async () => {
      takes += 1;
      return taken;
    },
  };
  const clock = { now: () => NOW, sleep: () => Promise.reject(new Error('Nobody may wait')) };
  const slots = { forecast: async () => slotAt, slotOf: async () => slotAt };
  const leases = new CallLeases({ store: new MemoryCallLeaseStore(), slots, clock, holdMs: 4_000 });
  const desk = new TicketDesk({ quota, leases, clock, cacheTtlMs: CACHE_TTL_MS });
  const outcomes: string[] = [];
  for (let index = 0; index < count; index++) {
    const holder = { owner: `lookup-${index}`, deliveredAs: null, isWaiting: false };
    outcomes.push((await desk.take(step.query, bulk(), holder)).outcome);
  }
  return { outcomes, takes };
}

describe('TicketDesk.take()', () => {
  it('takes one ticket for equal calls that have to wait', async () => {
    const { outcomes, takes } = await ask(3, granted);

    expect(outcomes).toEqual(['granted', 'waiter', 'waiter']);
    expect(takes).toBe(1);
  });

  it.each<TicketAnswer>([
    { outcome: 'wouldExpire', slotAt },
    { outcome: 'denied', breaker },
    { outcome: 'shut', resumeAt: slotAt },
  ])('tells each of equal lookups at once that it is refused: $outcome', async (refused) => {
    const { outcomes } = await ask(3, refused);

    expect(outcomes).toEqual(Array.from({ length: 3 }, () => refused.outcome));
  });
});
