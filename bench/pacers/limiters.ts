import { HOUR_MS, MINUTE_MS } from '../../shared/clock/durations';
import type { Pacer } from '../../local/simulation/Pacer';
import type { MakePacer } from '../../local/simulation/runWorld';
import { afterThrottling, casPacer, type Decision, type Limit } from './casPacer';

const MINUTE = { limit: 100, spanMs: MINUTE_MS };
const HOUR = { limit: 1_500, spanMs: HOUR_MS };

const denied = (retryAt: number, by: Limit) => ({ outcome: 'denied', retryAt, by }) as const;

interface Counters {
  readonly minute: number;
  readonly inMinute: number;
  readonly hour: number;
  readonly inHour: number;
}

/** Counters of the current clock minute and hour. */
export const fixedWindow = casPacer<Counters>((state, now) => {
  const minute = Math.floor(now / MINUTE.spanMs);
  const hour = Math.floor(now / HOUR.spanMs);
  const inMinute = state?.minute === minute ? state.inMinute : 0;
  const inHour = state?.hour === hour ? state.inHour : 0;
  if (inHour >= HOUR.limit) return denied((hour + 1) * HOUR.spanMs, 'hour');
  if (inMinute >= MINUTE.limit) return denied((minute + 1) * MINUTE.spanMs, 'minute');
  return {
    outcome: 'granted',
    state: { minute, hour, inMinute: inMinute + 1, inHour: inHour + 1 },
    callAt: now,
  };
});

interface Arrivals {
  readonly minute: number;
  readonly hour: number;
}

/** Two theoretical arrival times, each with the whole limit as its burst. */
export const gcra = casPacer<Arrivals>((state, now): Decision<Arrivals> => {
  const next = (arrival: number, { limit, spanMs }: typeof HOUR) =>
    Math.max(arrival, now) + spanMs / limit;
  const minute = next(state?.minute ?? 0, MINUTE);
  const hour = next(state?.hour ?? 0, HOUR);
  if (hour - HOUR.spanMs > now) return denied(hour - HOUR.spanMs, 'hour');
  if (minute - MINUTE.spanMs > now) return denied(minute - MINUTE.spanMs, 'minute');
  return { outcome: 'granted', state: { minute, hour }, callAt: now };
});

interface Reservoir {
  readonly left: number;
  readonly filledAt: number;
  readonly nextAt: number;
}

/** Bottleneck's `reservoir` filled anew each hour and `minTime` between calls; it answers with the time of the turn. */
export const reservoir = casPacer<Reservoir>((state, now) => {
  const isDue = !state || now >= state.filledAt + HOUR.spanMs;
  const filledAt = isDue ? now : state.filledAt;
  const left = isDue ? HOUR.limit : state.left;
  if (left === 0) return denied(filledAt + HOUR.spanMs, 'hour');
  const callAt = Math.max(now, state?.nextAt ?? 0);
  const nextAt = callAt + MINUTE.spanMs / MINUTE.limit;
  return { outcome: 'granted', state: { left: left - 1, filledAt, nextAt }, callAt };
});

const BLOCK = 10;
const BLOCK_MS = 5_000;

/** Blocks of ten permits for five seconds, taken from an exact log; what a process does not use in time is lost. */
export const leasedBlocks: MakePacer<readonly number[], number> = (context) => {
  const held = { left: 0, until: 0 };
  const leasing = casPacer<readonly number[]>((log, now) => {
    const kept = (log ?? []).filter((at) => at > now - HOUR.spanMs - BLOCK_MS);
    const free = ({ limit, spanMs }: typeof HOUR): number => {
      const blocking = kept[kept.length + BLOCK - limit - 1];
      return blocking === undefined ? now : blocking + spanMs + BLOCK_MS;
    };
    if (free(HOUR) > now) return denied(free(HOUR), 'hour');
    if (free(MINUTE) > now) return denied(free(MINUTE), 'minute');
    return {
      outcome: 'granted',
      state: [...kept, ...new Array<number>(BLOCK).fill(now)],
      callAt: now,
    };
  })(context);
  let leasingNow: Promise<unknown> = Promise.resolve();
  return {
    ...leasing,
    async admit(job, delivery) {
      const { clock } = context.instance;
      // One lease at a time in a process.
      const turn = leasingNow.then(async () => {
        if (held.left > 0 && clock.now() < held.until) {
          held.left -= 1;
          return { outcome: 'call', pass: 0 } as const;
        }
        const admission = await leasing.admit(job, delivery);
        if (admission.outcome === 'call') {
          held.left = BLOCK - 1;
          held.until = admission.pass + BLOCK_MS - 500;
        }
        return admission;
      });
      leasingNow = turn.catch(() => undefined);
      return turn;
    },
  };
};

/** Calls, and comes back when the 429 says. */
export const plainRetry: MakePacer<null, null> = ({ random, time }): Pacer<null> => ({
  admit: () => Promise.resolve({ outcome: 'call', pass: null }),
  settle: (_job, _pass, reply) => Promise.resolve(afterThrottling(reply, time, random)),
});
