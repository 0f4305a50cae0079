import type { CountingCache } from '../cache/CountingCache';
import type { QuotaKeeper } from '../quota/QuotaKeeper';
import type { Readings } from '../telemetry/Telemetry';

/** What metrics are collected of, without reading anything. */
export function readingsOf(
  keeper: Pick<QuotaKeeper, 'allowances'>,
  answers: Pick<CountingCache, 'counts'>,
): Readings {
  return {
    quota: keeper
      .allowances()
      .flatMap(({ endpoint, minute, hour }) => [
        { endpoint, window: 'minute', left: minute.left } as const,
        { endpoint, window: 'hour', left: hour.left } as const,
      ]),
    cache: answers.counts(),
  };
}
