import type { CalendarConfig } from '../../shared/quota/calendar/CalendarConfig';
import type { CalendarEntity } from '../../shared/quota/calendarCodec';
import type { Ticket } from '../../shared/quota/Quota';
import type { CalendarStore } from '../../shared/quota/CalendarStore';
import { BULK_ONLY, DEFAULTS } from '../../local/simulation/calendarConfigs';
import type { Pacer } from '../../local/simulation/Pacer';
import { runWorld, type MakePacer, type WorldOptions } from '../../local/simulation/runWorld';
import { FAIR_WEATHER } from '../../local/simulation/SimulatedTable';
import { BURST, calendarPacer } from '../../local/simulation/worlds';
import { quotaShare } from '../../local/simulation/WorldReport';

/** More than an hour's quota. */
const LOOKUPS = 1_700;

/** The same world with a rule and without it. */
const violations = async (
  options: Partial<WorldOptions>,
  pacers: Record<'kept' | 'broken', MakePacer<CalendarEntity, Ticket>>,
) => {
  const world = { ...BURST, lookups: LOOKUPS, ...options };
  const kept = await runWorld(world, pacers.kept);
  const broken = await runWorld(world, pacers.broken);
  return { kept, broken };
};

describe('The calendar breaks its promise without', () => {
  it.each<{
    rule: string;
    without: Partial<CalendarConfig>;
    config: CalendarConfig;
    options: Partial<WorldOptions>;
  }>([
    { rule: 'the guard', without: { guardMs: 0 }, config: BULK_ONLY, options: {} },
    {
      rule: 'the freeze',
      without: { freezeMs: 0 },
      config: { ...DEFAULTS, reservePerHour: 0, reservePerMinute: 0 },
      options: { interactivePerMinute: 12, callJitterMs: 2_000 },
    },
    {
      rule: 'reading again before the call',
      without: { readTtlMs: 1e12 },
      config: { ...DEFAULTS, reservePerHour: 0, reservePerMinute: 0 },
      options: { interactivePerMinute: 12, callJitterMs: 2_000 },
    },
  ])(
    '$rule: 429s appear',
    async ({ config, without, options }) => {
      const { kept, broken } = await violations(options, {
        kept: calendarPacer(config),
        broken: calendarPacer({ ...config, ...without }),
      });

      expect(kept.rejected).toEqual([]);
      expect(broken.rejected.length).toBeGreaterThan(0);
    },
    120_000,
  );

  it('counting a call whose answer was lost as made: tickets are used twice and 429s appear', async () => {
    const { kept, broken } = await violations(
      {},
      {
        kept: calendarPacer(BULK_ONLY),
        broken: (context) =>
          callingAgain(calendarPacer(BULK_ONLY)(context), () => context.random.next() < 0.05),
      },
    );

    expect([kept.rejected.length, kept.mostCallsPerTicket]).toEqual([0, 1]);
    expect(broken.mostCallsPerTicket).toBeGreaterThan(1);
    expect(broken.rejected.length).toBeGreaterThan(0);
  }, 120_000);

  it('recognising its own write whose acknowledgement was lost: permits are lost', async () => {
    const { kept, broken } = await violations(
      { instances: 1, table: () => ({ ...FAIR_WEATHER, answerLost: 0.1 }) },
      {
        kept: calendarPacer(BULK_ONLY),
        broken: calendarPacer(BULK_ONLY, forgetful),
      },
    );

    expect(quotaShare(kept, 1)).toBeGreaterThanOrEqual(0.995);
    expect(quotaShare(broken, 1)).toBeLessThan(0.97);
  }, 120_000);
});

/** Takes an answer that did not come for a call that was not made. */
function callingAgain(pacer: Pacer<Ticket>, isAnswerLost: () => boolean): Pacer<Ticket> {
  return {
    admit: (job, delivery) => pacer.admit(job, delivery),
    settle: async (job, pass, reply) =>
      isAnswerLost() ? { outcome: 'call', pass } : pacer.settle(job, pass, reply),
  };
}

/** Does not tell whose the last write was. */
const forgetful = (store: CalendarStore): CalendarStore => ({
  partition: store.partition,
  write: (row, state, etag) => store.write(row, state, etag),
  setAside: (row, state, etag) => store.setAside(row, state, etag),
  read: async (row) => {
    const reply = await store.read(row);
    const { stored } = reply;
    return stored?.state
      ? { ...reply, stored: { ...stored, state: { ...stored.state, operation: '' } } }
      : reply;
  },
});
