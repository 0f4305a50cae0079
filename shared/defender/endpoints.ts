import { DAY_MS, HOUR_MS, MINUTE_MS } from '../clock/durations';
import type { DefenderQuery } from './DefenderQuery';
import { printFilter } from './odata';

type EndpointId = DefenderQuery['endpoint'];
/** The question of one endpoint. */
export type QueryOf<E extends EndpointId> = Extract<DefenderQuery, { endpoint: E }>;

/** A setting for how old cached answers may be, and its default in milliseconds; 0 = never from the cache. */
export interface CacheTime {
  readonly setting: `CACHE_TTL_${string}_MS`;
  readonly defaultMs: number;
}

/** One Defender call as data. All are GET, all documented at 100 calls a minute and 1,500 an hour. */
export interface Endpoint<E extends EndpointId = EndpointId> {
  /** As published in records. */
  readonly label: string;
  /** Path below `/api/`, with query, percent-encoded. */
  readonly target: (query: QueryOf<E>) => string;
  /** What a 200 holds: a collection (`machines`, `alerts`) or one entity. */
  readonly answers: 'machines' | 'alerts' | 'machine' | 'file';
  /** App roles of which any one suffices, the least first. */
  readonly roles: readonly [string, ...string[]];
  /** Whether a 404 means "does not exist". */
  readonly notFoundIsAnswer: (query: QueryOf<E>) => boolean;
  /** Whether a 400 can only be about the indicator; otherwise it may be about a filter of ours. */
  readonly carriesOnlyIndicator: boolean;
  /** How old a cached answer may be. */
  readonly cacheTime: CacheTime;
  /** For the whole exchange. */
  readonly timeoutMs: (query: QueryOf<E>) => number;
}

const always = (_query: DefenderQuery) => true;
const never = (_query: DefenderQuery) => false;
const machineRoles = ['Machine.Read.All', 'Machine.ReadWrite.All'] as const;
const alertRoles = ['Alert.Read.All', 'Alert.ReadWrite.All'] as const;

const common = { carriesOnlyIndicator: true, timeoutMs: () => 30_000 };

/**
 * Routes, roles and 404s: learn.microsoft.com/defender-endpoint/api (2026-03) and observed answers. `Machine.Read.All`
 * suffices although some pages list `Machine.ReadWrite.All` alone: the service's own 403 names both (2026-07).
 */
export const endpoints = {
  findByIp: {
    ...common,
    label: 'machines/findbyip',
    target: ({ ip, at }) =>
      `machines/findbyip(ip='${segment(ip.value.replaceAll("'", "''"))}',timestamp=${instant(at)})`,
    answers: 'machines',
    roles: machineRoles,
    notFoundIsAnswer: never,
    cacheTime: { setting: 'CACHE_TTL_FIND_BY_IP_MS', defaultMs: 5 * MINUTE_MS },
  },
  ipAlerts: {
    ...common,
    label: 'ips/{ip}/alerts',
    target: ({ ip }) => `ips/${segment(ip.value)}/alerts`,
    answers: 'alerts',
    roles: alertRoles,
    notFoundIsAnswer: never,
    cacheTime: { setting: 'CACHE_TTL_IP_ALERTS_MS', defaultMs: 5 * MINUTE_MS },
  },
  machines: {
    ...common,
    label: 'machines',
    target: ({ filter, top, skip, count = false }) => {
      const page = `machines?$top=${wholeNumber(top, 1, 10_000)}&$skip=${wholeNumber(skip, 0)}`;
      const counted = count ? `${page}&$count=true` : page;
      return filter ? `${counted}&$filter=${queryValue(printFilter(filter))}` : counted;
    },
    answers: 'machines',
    roles: machineRoles,
    // Documented for "no recent machines"; past the first page it is a page without machines, which a walk checks.
    notFoundIsAnswer: always,
    carriesOnlyIndicator: false,
    cacheTime: { setting: 'CACHE_TTL_MACHINES_MS', defaultMs: 5 * MINUTE_MS },
    // A page of 10,000 machines is about 25 MB.
    timeoutMs: ({ top }) => (top > 1_000 ? 100_000 : 30_000),
  },
  alerts: {
    ...common,
    label: 'alerts',
    target: ({ ids: [first, ...others], top }) => {
      const values = [first.value, ...others.map(({ value }) => value)] as const;
      const filter = printFilter({ op: 'in', property: 'id', values });
      return `alerts?$top=${wholeNumber(top, 1, 10_000)}&$filter=${queryValue(filter)}`;
    },
    answers: 'alerts',
    roles: alertRoles,
    notFoundIsAnswer: always,
    carriesOnlyIndicator: false,
    // It returns the machine of an alert, as that endpoint does.
    cacheTime: { setting: 'CACHE_TTL_ALERT_MACHINE_MS', defaultMs: HOUR_MS },
  },
  alertMachine: {
    ...common,
    label: 'alerts/{id}/machine',
    target: ({ alertId }) => `alerts/${segment(alertId.value)}/machine`,
    answers: 'machine',
    roles: machineRoles,
    notFoundIsAnswer: always,
    cacheTime: { setting: 'CACHE_TTL_ALERT_MACHINE_MS', defaultMs: HOUR_MS },
  },
  fileMachines: {
    ...common,
    label: 'files/{sha1}/machines',
    target: ({ sha1 }) => {
      if (sha1.algorithm !== 'sha1')
        throw new TypeError('Cannot query machines of a file: no SHA-1');
      return `files/${segment(sha1.value)}/machines`;
    },
    answers: 'machines',
    roles: machineRoles,
    notFoundIsAnswer: never,
    cacheTime: { setting: 'CACHE_TTL_FILE_MACHINES_MS', defaultMs: 30 * MINUTE_MS },
  },
  file: {
    ...common,
    label: 'files/{id}',
    target: ({ hash }) => `files/${segment(hash.value)}`,
    answers: 'file',
    roles: ['File.Read.All'],
    notFoundIsAnswer: always,
    cacheTime: { setting: 'CACHE_TTL_FILE_MS', defaultMs: DAY_MS },
  },
  machine: {
    ...common,
    label: 'machines/{id}',
    target: ({ id }) => {
      if (id.issuer !== 'defender') throw new TypeError("Cannot query machine: not Defender's id");
      return `machines/${segment(id.value)}`;
    },
    answers: 'machine',
    roles: machineRoles,
    notFoundIsAnswer: always,
    cacheTime: { setting: 'CACHE_TTL_MACHINE_MS', defaultMs: 5 * MINUTE_MS },
  },
} as const satisfies { readonly [E in EndpointId]: Endpoint<E> };

/** The endpoint of `query`, ready to be asked about it. */
export function endpointOf(query: DefenderQuery): Endpoint {
  return endpoints[query.endpoint] as Endpoint; // the query's own entry; the compiler cannot pair unions
}

/** Equal for equal calls, and for no others. The tenant is not part of it. */
export function queryKey(query: DefenderQuery): string {
  return `${query.endpoint} ${endpointOf(query).target(query)}`;
}

/** One path segment. Colons stay: they are legal there, and Defender's handling of `%3A` is not known. */
function segment(value: string): string {
  return encodeURIComponent(value).replaceAll('%3A', ':');
}

function queryValue(value: string): string {
  return encodeURIComponent(value).replaceAll("'", '%27');
}

function instant(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

function wholeNumber(value: number, min: number, max = Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw new RangeError(`Cannot query machines: ${value} is not between ${min} and ${max}`);
}
