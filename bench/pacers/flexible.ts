import { RateLimiterRes, RateLimiterUnion } from 'rate-limiter-flexible';
import RateLimiterStoreAbstract from 'rate-limiter-flexible/lib/RateLimiterStoreAbstract.js';
import type { Admission } from '../../local/simulation/Pacer';
import type { MakePacer } from '../../local/simulation/runWorld';
import type { SimulatedTable } from '../../local/simulation/SimulatedTable';
import { afterThrottling, limitBehind, spread } from './casPacer';

export interface Points {
  readonly points: number;
  readonly expire: number;
}

const TRIES = 5;

/** The package has no store for Tables: this one is made like its Etcd store, but lets an expired counter start anew. */
class TableLimiter extends RateLimiterStoreAbstract {
  constructor(
    private readonly table: SimulatedTable<Points>,
    options: { readonly keyPrefix: string; readonly points: number; readonly duration: number },
  ) {
    super({ ...options, storeClient: table });
  }

  async _upsert(key: string, points: number, msDuration: number): Promise<Points> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const { result: row } = await this.table.read(key);
      const isOver = !row || row.value.expire <= Date.now();
      const next = isOver
        ? { points, expire: Date.now() + msDuration }
        : { points: row.value.points + points, expire: row.value.expire };
      const { result } = await this.table.write(key, next, row?.etag ?? null);
      if (result !== null) return next;
    }
    throw new Error('Could not set the new value.');
  }

  _getRateLimiterRes(_key: string, changed: number, { points, expire }: Points): RateLimiterRes {
    const left = Math.max(this.points - points, 0);
    return new RateLimiterRes(left, Math.max(expire - Date.now(), 0), points, points === changed);
  }
}

/** A union of a limiter for the minute and one for the hour; who is denied comes back after the longest wait it names. */
export const flexibleUnion: MakePacer<Points, number> = ({ table, random, time }) => {
  // The package asks nothing but Date.now() for the time.
  Date.now = () => time.now();
  const union = new RateLimiterUnion(
    new TableLimiter(table, { keyPrefix: 'minute', points: 100, duration: 60 }),
    new TableLimiter(table, { keyPrefix: 'hour', points: 1_500, duration: 3_600 }),
  );
  return {
    async admit(): Promise<Admission<number>> {
      try {
        await union.consume('machine');
        return { outcome: 'call', pass: 0 };
      } catch (denials) {
        // The documented shape of a rejection: by limiter, its result or the store's error.
        const waits = Object.values(denials as Record<string, RateLimiterRes | Error>).map(
          (denial) => (denial instanceof RateLimiterRes ? denial.msBeforeNext : 1_000),
        );
        const waitMs = Math.max(...waits);
        const at = spread(time.now() + waitMs, limitBehind(waitMs), random);
        return { outcome: 'later', at, carry: null };
      }
    },
    settle: (_job, _pass, reply) => Promise.resolve(afterThrottling(reply, time, random)),
  };
};
