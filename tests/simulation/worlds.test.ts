import { SeededRandom } from '../../local/SeededRandom';
import { ENFORCERS } from '../../local/defender/throttle/Window';
import { BULK_ONLY } from '../../local/simulation/calendarConfigs';
import { runWorld } from '../../local/simulation/runWorld';
import {
  BURST,
  calendarPacer,
  meddled,
  smallQuota,
  type MEDDLINGS,
} from '../../local/simulation/worlds';

/** As many as one wants: `SIMULATED_WORLDS=20000 npx jest tests/simulation/worlds.test.ts`. */
const WORLDS = Number(process.env['SIMULATED_WORLDS'] ?? 500);
const PARTS = 10;

/** Everything about a small world follows from its seed. */
function smallWorld(seed: number) {
  const random = new SeededRandom(seed);
  const upTo = (most: number): number => random.next() * most;
  const among = <T>(values: readonly [T, ...T[]]): T =>
    values[Math.floor(upTo(values.length))] ?? values[0];
  const { config, rules } = smallQuota(3 + Math.floor(upTo(8)), 10 + Math.floor(upTo(30)));
  return {
    meddling: {
      what: among<keyof typeof MEDDLINGS | null>([null, null, null, 'deleted', 'garbled', 'later']),
      afterMs: upTo(3_600_000),
    },
    config: random.next() < 0.5 ? config : { ...config, reservePerHour: 0, reservePerMinute: 0 },
    options: {
      ...BURST,
      seed,
      instances: among([1, 2, 3, 5, 8]),
      lookups: 10 + Math.floor(upTo(50)),
      arriveWithinMs: among([0, 5_000, 60_000, 600_000]),
      defender: { ...rules, enforcer: among([...ENFORCERS]), countRejected: random.next() < 0.7 },
      table: (startAt: number) => {
        const from = startAt + upTo(3_600_000);
        return {
          outage: random.next() < 0.3 ? { from, until: from + upTo(600_000) } : null,
          refused: among([0, 0.02, 0.1]),
          requestLost: among([0, 0.02]),
          answerLost: among([0, 0.02, 0.1]),
        };
      },
      late: among([0, 0.01, 0.3]),
      clockStepMs: among([0, 0, 600_000]),
      cutOffMs: among([0, 0, 0, 1_800_000]),
      callJitterMs: upTo(2_000),
      crashPerAwait: among([0, 0.001, 0.01]),
      interactivePerMinute: among([0, 0, 0, 1, 3]),
    },
  };
}

describe('Every small world', () => {
  it.each(Array.from({ length: PARTS }, (_, part) => ({ part })))(
    'has no 429, loses no lookup, makes one call a ticket at most and, unless it crashes, handles each message once ($part)',
    async ({ part }) => {
      const troubled: unknown[] = [];
      for (let seed = part + 1; seed <= WORLDS; seed += PARTS) {
        const { config, options, meddling } = smallWorld(seed);
        const pacer = calendarPacer({ ...BULK_ONLY, ...config });

        const report = await runWorld(
          options,
          meddling.what === null ? pacer : meddled(pacer, meddling.what, meddling.afterMs),
        );

        const { rejected, completed, mostCallsPerTicket, crashes, redeliveries } = report;
        const isFine =
          rejected.length === 0 &&
          completed === options.lookups &&
          mostCallsPerTicket <= 1 &&
          (redeliveries === 0 || crashes > 0);
        if (!isFine) troubled.push({ seed, meddling, of: options.lookups, ...report });
      }

      expect(troubled).toEqual([]);
    },
    Math.max(120_000, WORLDS * 200),
  );
});
