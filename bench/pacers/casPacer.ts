import { WAIT_MS } from '../../shared/calls/waiting';
import type { Random } from '../../shared/clock/Clock';
import { MINUTE_MS } from '../../shared/clock/durations';
import type { Admission, Later, Pacer } from '../../local/simulation/Pacer';
import type { MakePacer } from '../../local/simulation/runWorld';
import type { DefenderReply } from '../../local/simulation/SimulatedDefender';
import type { SimulatedTable } from '../../local/simulation/SimulatedTable';
import type { VirtualClock } from '../../local/simulation/VirtualClock';

/** What a limiter decides about one call, from what it stored. */
export type Decision<S> =
  | { readonly outcome: 'granted'; readonly state: S; readonly callAt: number }
  | { readonly outcome: 'denied'; readonly retryAt: number; readonly by: Limit };

/** Whose limit is reached. */
export type Limit = 'minute' | 'hour';

const TRIES = 20;

/** Denied calls come back a little apart: up to 10 s after a minute's limit, 2 min after an hour's. */
export function spread(at: number, by: Limit, random: Random): number {
  return at + random.next() * (by === 'hour' ? 120_000 : 10_000);
}

/** By the wait alone, where nothing else tells. */
export const limitBehind = (waitMs: number): Limit => (waitMs > MINUTE_MS ? 'hour' : 'minute');

/** After a 429: when the header says. */
export function afterThrottling(
  reply: DefenderReply,
  time: VirtualClock,
  random: Random,
): Later<never> | null {
  if (reply.status === 200) return null;
  const { retryAfterMs } = reply;
  const at = spread(time.now() + retryAfterMs, limitBehind(retryAfterMs), random);
  return { outcome: 'later', at, carry: null };
}

/** A limiter whose whole state is one row, changed by compare-and-swap. What it carries is a reserved time. */
export const casPacer =
  <S>(decide: (state: S | null, now: number) => Decision<S>): MakePacer<S, number> =>
  ({ table, instance, random, time }): Pacer<number> => ({
    async admit({ carry }, delivery) {
      if (carry !== null && delivery === 1) return callOrWait(carry);
      return reserve();

      async function callOrWait(callAt: number): Promise<Admission<number>> {
        if (callAt - instance.clock.now() > WAIT_MS.hold)
          return { outcome: 'later', at: callAt - WAIT_MS.lead, carry: callAt };
        await instance.clock.sleep(callAt - instance.clock.now());
        return { outcome: 'call', pass: callAt };
      }

      async function reserve(): Promise<Admission<number>> {
        for (let tries = 1; tries <= TRIES; tries += 1) {
          const decision = await attempt(table, decide, instance.clock.now());
          if (decision?.outcome === 'denied') {
            const at = spread(decision.retryAt, decision.by, random);
            return { outcome: 'later', at, carry: null };
          }
          if (decision) return callOrWait(decision.callAt);
          await instance.clock.sleep(random.next() * Math.min(500, 20 * 2 ** tries));
        }
        return { outcome: 'later', at: time.now() + random.next() * 10_000, carry: null };
      }
    },
    settle: (_job, _pass, reply) => Promise.resolve(afterThrottling(reply, time, random)),
  });

/** Null: somebody else was quicker. */
async function attempt<S>(
  table: SimulatedTable<S>,
  decide: (state: S | null, now: number) => Decision<S>,
  now: number,
): Promise<Decision<S> | null> {
  const { result: row } = await table.read('limiter');
  const decision = decide(row?.value ?? null, now);
  if (decision.outcome === 'denied') return decision;
  const { result } = await table.write('limiter', decision.state, row?.etag ?? null);
  return result === null ? null : decision;
}
