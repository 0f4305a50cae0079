import { HOUR_MS, MINUTE_MS } from '../clock/durations';
import type { DefenderQuery } from './DefenderQuery';
import type { EndpointId } from './endpointIds';
import { endpoints } from './endpoints';

type OwnCacheTimes = { readonly [E in EndpointId]: (typeof endpoints)[E]['cacheTime'] };

/** How old cached answers may be, by endpoint: the setting, and its default. */
export const CACHE_TIMES = {
  ...(Object.fromEntries(
    Object.entries(endpoints).map(([id, { cacheTime }]) => [id, cacheTime]),
  ) as OwnCacheTimes), // just made of them
  /** `findByIp` for a time more than an hour ago. */
  findByPastIp: { setting: 'CACHE_TTL_FIND_BY_PAST_IP_MS', defaultMs: 6 * HOUR_MS },
  /** Caps the others for empty answers and 404. */
  notSeen: { setting: 'CACHE_TTL_NOT_SEEN_MS', defaultMs: MINUTE_MS },
} as const;

export type CacheTimeName = keyof typeof CACHE_TIMES;
export type CacheSetting = (typeof CACHE_TIMES)[CacheTimeName]['setting'];

/** The cache time that holds for an answer given at `answeredAt` (Unix ms). */
export function cacheTimeOf(query: DefenderQuery, answeredAt: number): CacheTimeName {
  const isPast = query.endpoint === 'findByIp' && answeredAt - query.at > HOUR_MS;
  return isPast ? 'findByPastIp' : query.endpoint;
}
