import type { AppConfig } from '../config/AppConfig';
import { cacheTimeOf } from '../defender/cacheTimes';
import type { DefenderAnswer } from '../defender/DefenderAnswer';
import type { DefenderQuery } from '../defender/DefenderQuery';
import type { CachedAnswer } from './AnswerCache';

/**
 * How old this answer to `query` may be, in milliseconds; 0 = ask again. An answer counts as one about the past if it
 * was about the past when it was given. Empty answers and 404 age no slower than `notSeen`.
 */
export function answerTtlMs(
  query: DefenderQuery,
  { answer, fetchedAt }: CachedAnswer,
  cacheTtlMs: AppConfig['cacheTtlMs'],
): number {
  const ttlMs = cacheTtlMs[cacheTimeOf(query, fetchedAt)];
  return isEmpty(answer) ? Math.min(ttlMs, cacheTtlMs.notSeen) : ttlMs;
}

function isEmpty({ machines, alerts, file }: DefenderAnswer): boolean {
  return machines.length === 0 && alerts.length === 0 && file === null;
}
