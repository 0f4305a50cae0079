import { isDeepStrictEqual } from 'node:util';
import { OUTCOMES, type EnrichmentRecord } from '../../shared/records/EnrichmentRecord';
import { isOpen } from '../../shared/records/summarise';
import type { RequestRecord } from '../../shared/requestRecords/RequestRecord';

export interface Published {
  readonly requests: readonly { readonly id: string; readonly of: number }[];
  readonly records: readonly EnrichmentRecord[];
  /** Of whole requests. */
  readonly requestRecords: readonly RequestRecord[];
}

const MAX_ACT_ON = 100;
const MAX_EXCERPT = 1_000;

/**
 * What is wrong with the records of whole requests, by the records of their lookups alone: an empty list if each request
 * has one record for each generation, and the newest is final and agrees with the newest record of each lookup.
 */
export function judgeRequests({ requests, records, requestRecords }: Published): readonly string[] {
  const lookupsOf = byRequest(records);
  const recordsOf = byRequest(requestRecords);
  const known = new Set(requests.map(({ id }) => id));
  const strangers = [...lookupsOf.keys(), ...recordsOf.keys()].filter((id) => !known.has(id));
  return [
    ...strangers.map((id) => `${id}: was never sent`),
    ...requests.flatMap(({ id, of }) =>
      wrongWith(of, newestOf(lookupsOf.get(id) ?? []), recordsOf.get(id) ?? []).map(
        (what) => `${id}: ${what}`,
      ),
    ),
  ];
}

function byRequest<T extends { readonly request: { readonly id: string } }>(
  all: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const each of all) {
    const group = groups.get(each.request.id);
    if (group) group.push(each);
    else groups.set(each.request.id, [each]);
  }
  return groups;
}

function wrongWith(
  of: number,
  lookups: readonly EnrichmentRecord[],
  generations: readonly RequestRecord[],
): readonly string[] {
  const sorted = generations.toSorted((a, b) => a.generation - b.generation);
  const last = sorted.at(-1);
  if (!last) return ['has no record'];
  const { status, final, request, summary, machines, alerts } = last;
  const numbers = sorted.map(({ generation }) => generation);
  const comparisons: readonly [what: string, is: unknown, shouldBe: unknown][] = [
    ['generations', numbers, numbers.map((_, at) => at)],
    ['end', [status, final], ['completed', true]],
    ['counts', [request.of, request.done, lookups.length], [of, of, of]],
    ['lookups', last.lookups, lookups.map(listed)],
    ['outcomes', summary.outcomes, outcomesOf(lookups)],
    ['actOn', summary.actOn.toSorted(), actOnOf(lookups)],
    ['machines', matchesIn(last), matchesOf(lookups)],
    ['alerts', positionsIn(last), positionsOf(lookups)],
    [
      'sums',
      [summary.machineCount, summary.alertCount, summary.openAlertCount],
      [machines.length, alerts.length, alerts.filter(({ alert }) => isOpen(alert)).length],
    ],
  ];
  return comparisons.flatMap(([what, is, shouldBe]) =>
    isDeepStrictEqual(plain(is), plain(shouldBe))
      ? []
      : [`${what}: ${excerpt(is)} instead of ${excerpt(shouldBe)}`],
  );
}

/** In Jest, what came over HTTP has other prototypes. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const excerpt = (value: unknown): string => JSON.stringify(value).slice(0, MAX_EXCERPT);

/** Of each lookup the record that counts, in the order of their positions. */
function newestOf(records: readonly EnrichmentRecord[]): readonly EnrichmentRecord[] {
  const newest = new Map<string, EnrichmentRecord>();
  for (const record of records) {
    const other = newest.get(record.lookupId);
    if (!other || rank(record) > rank(other)) newest.set(record.lookupId, record);
  }
  return [...newest.values()].toSorted((a, b) => a.request.position - b.request.position);
}

const rank = ({ generation, unasked }: EnrichmentRecord): number =>
  2 * generation + (unasked ? 0 : 1);

const listed = (record: EnrichmentRecord): RequestRecord['lookups'][number] => ({
  position: record.request.position,
  lookupId: record.lookupId,
  recordId: record.id,
  generation: record.generation,
  indicator: record.indicator,
  outcome: record.outcome,
  reason: record.reason,
  incomplete: record.incomplete,
  summary: record.summary,
});

const outcomesOf = (lookups: readonly EnrichmentRecord[]): object =>
  Object.fromEntries(
    OUTCOMES.map((each) => [each, lookups.filter(({ outcome }) => outcome === each).length]),
  );

const actOnOf = (lookups: readonly EnrichmentRecord[]): readonly string[] =>
  [...new Set(lookups.flatMap(({ summary }) => summary.machineId ?? []))]
    .slice(0, MAX_ACT_ON)
    .toSorted();

const matchesIn = ({ machines }: RequestRecord): readonly string[] =>
  machines
    .flatMap(({ machine, matchedBy }) =>
      matchedBy.map(({ position, by, via, strength }) =>
        [machine.id, position, by, via, strength].join(' '),
      ),
    )
    .toSorted();

const matchesOf = (lookups: readonly EnrichmentRecord[]): readonly string[] =>
  lookups
    .flatMap(({ machines, request }) =>
      machines.map(({ machine, match }) =>
        [machine.id, request.position, match.by, match.via, match.strength].join(' '),
      ),
    )
    .toSorted();

const positionsIn = ({ alerts }: RequestRecord): readonly string[] =>
  alerts
    .flatMap(({ alert, positions }) => positions.map((position) => `${alert.id} ${position}`))
    .toSorted();

const positionsOf = (lookups: readonly EnrichmentRecord[]): readonly string[] =>
  lookups
    .flatMap(({ alerts, request }) => alerts.map(({ alert }) => `${alert.id} ${request.position}`))
    .toSorted();
