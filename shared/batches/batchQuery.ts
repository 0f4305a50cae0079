import type { PlannedStep } from '../calls/steps';
import type { DefenderQuery } from '../defender/DefenderQuery';
import { endpointOf } from '../defender/endpoints';
import type { ODataFilter } from '../defender/odata';
import type { AlertId } from '../indicators/AlertId';
import type { BatchLimits } from '../quota/calendar/lessons';

/** Lists of which one call answers many questions. */
export const LIST_IDS = ['machines', 'alerts'] as const;
export type ListId = (typeof LIST_IDS)[number];

/** As many rows as a question alone is asked for. */
export const BATCH_TOP = 1_000;

/**
 * Conditions that stand beside `in`: ASP.NET OData takes an `or` of 16 (`MaxNodeCount` 100), a list of `in` counts as one.
 * `in` is seen in use for ids and names, but not for addresses.
 */
const MOST_CONDITIONS = 12;

const PRINTABLE = /^[\x20-\x7e]+$/;

/** What a question adds to the filter of its list. */
interface Condition {
  readonly property: 'id' | 'computerDnsName' | 'lastIpAddress';
  readonly op: 'eq' | 'startswith';
  readonly value: string;
}

const isListed = ({ op, property }: Condition): boolean =>
  op === 'eq' && property !== 'lastIpAddress';

/** The list that can answer a step's question together with others; null: it is asked alone. */
export function listOf({ step, query }: PlannedStep): ListId | null {
  // What a caller filters by is the caller's own question.
  if (step === 'machineList') return null;
  const conditions = conditionsOf(query);
  // Other letters are compared by rules that are not known.
  if (!conditions?.every(({ value }) => PRINTABLE.test(value))) return null;
  return query.endpoint === 'alertMachine' ? 'alerts' : 'machines';
}

/** How many of the questions, from the first on, one call can hold; at least 1. */
export function fitting(
  list: ListId,
  queries: readonly DefenderQuery[],
  { questions, characters }: BatchLimits,
): number {
  let count = Math.min(queries.length, Math.max(1, questions));
  const fits = (first: readonly DefenderQuery[]): boolean => {
    const others = first.flatMap((query) => conditionsOf(query) ?? []).filter(isOther);
    return others.length <= MOST_CONDITIONS && lengthOf(batchQuery(list, first)) <= characters;
  };
  while (count > 1 && !fits(queries.slice(0, count))) count -= 1;
  return count;
}

export const lengthOf = (query: DefenderQuery): number => endpointOf(query).target(query).length;

/** One call for all the questions. @throws {TypeError} the list can answer none of them. */
export function batchQuery(list: ListId, queries: readonly DefenderQuery[]): DefenderQuery {
  if (list === 'alerts') {
    const [first, ...others] = queries.flatMap((query): readonly AlertId[] =>
      query.endpoint === 'alertMachine' ? [query.alertId] : [],
    );
    if (!first) throw new TypeError('Cannot batch: no question about an alert');
    return { endpoint: 'alerts', ids: [first, ...others], top: BATCH_TOP };
  }
  const filter = filterOf(queries.flatMap((query) => conditionsOf(query) ?? []));
  return { endpoint: 'machines', filter, top: BATCH_TOP, skip: 0, count: 'ifTaken' };
}

function filterOf(conditions: readonly Condition[]): ODataFilter {
  const listed = (['id', 'computerDnsName'] as const).flatMap((property): ODataFilter[] => {
    const wanted = conditions.filter((each) => isListed(each) && each.property === property);
    const [first, ...others] = new Set(wanted.map(({ value }) => value));
    return first === undefined ? [] : [{ op: 'in', property, values: [first, ...others] }];
  });
  const [first, ...others] = [...listed, ...conditions.filter(isOther)];
  if (!first) throw new TypeError('Cannot batch: no question about machines');
  return others.length === 0 ? first : { op: 'or', operands: [first, ...others] };
}

const isOther = (condition: Condition): boolean => !isListed(condition);

/** What a question asks a list for; null: no list can answer it. */
export function conditionsOf(query: DefenderQuery): readonly Condition[] | null {
  switch (query.endpoint) {
    case 'machine':
      return [{ property: 'id', op: 'eq', value: query.id.value }];
    case 'alertMachine':
      return [{ property: 'id', op: 'eq', value: query.alertId.value }];
    case 'machines':
      return query.filter && query.skip === 0 ? conditionsIn(query.filter) : null;
    default:
      return null;
  }
}

function conditionsIn(filter: ODataFilter): readonly Condition[] | null {
  switch (filter.op) {
    case 'or': {
      const parts = filter.operands.map(conditionsIn);
      return parts.every((part) => part !== null) ? parts.flat() : null;
    }
    case 'startswith':
      return filter.property === 'computerDnsName'
        ? [{ property: filter.property, op: 'startswith', value: filter.value }]
        : null;
    case 'eq':
      return filter.property === 'computerDnsName' || filter.property === 'lastIpAddress'
        ? [{ property: filter.property, op: 'eq', value: filter.value }]
        : null;
    default:
      return null;
  }
}
