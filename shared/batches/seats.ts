import type { DefenderQuery } from '../defender/DefenderQuery';
import { queryKey } from '../defender/endpoints';
import type { BatchLimits } from '../quota/calendar/lessons';
import { fitting, type ListId } from './batchQuery';
import type { Member } from './Question';

/** Members who go into the same batch. */
export type Party = readonly [Member, ...Member[]];

export interface Seats {
  /** Those for whom there is room, or whose questions are there already. */
  readonly parties: readonly Party[];
  /** All questions of the batch with theirs. */
  readonly queries: readonly DefenderQuery[];
}

/** Who of `waiting` has a place in a batch that holds `present`. */
export function seats(
  list: ListId,
  present: readonly DefenderQuery[],
  waiting: readonly Party[],
  limits: BatchLimits,
): Seats {
  let queries = present;
  const parties = waiting.filter((party) => {
    const grown = together([...queries, ...queriesOf(party)]);
    const isIn = grown.length === queries.length || fitting(list, grown, limits) === grown.length;
    if (isIn) queries = grown;
    return isIn;
  });
  return { parties, queries };
}

/** As many of the party, from the first on, as an empty batch holds. */
export function largest(
  list: ListId,
  [first, ...others]: Party,
  limits: BatchLimits,
): readonly [Party, rest: readonly Member[]] {
  const count = fitting(list, queriesOf([first, ...others]), limits) - 1;
  return [[first, ...others.slice(0, count)], others.slice(count)];
}

export const queriesOf = (members: readonly Member[]): readonly DefenderQuery[] =>
  members.map(({ question }) => question.planned.query);

/** Each question once. */
export const together = (queries: readonly DefenderQuery[]): readonly DefenderQuery[] => [
  ...new Map(queries.map((query) => [queryKey(query), query] as const)).values(),
];
