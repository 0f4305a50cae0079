import { MINUTE_MS } from '../../clock/durations';
import type { RowId } from './overlap';

/** What a page was read for: the list, once or twice, or one of the passes through what has reported. */
export type Reading = 'first' | 'second' | `changes${number}`;

/** Which rows a page brought, and where they stood in the list. */
export interface PageReading {
  readonly of: Reading;
  readonly skip: number;
  readonly ids: readonly RowId[];
  /** When each machine last reported (Unix ms); null if unknown. */
  readonly seenAt: readonly (number | null)[];
  /** Rows of the whole list as the service counted them; null if not reported. */
  readonly total: number | null;
  /** When the page was asked for (Unix ms). */
  readonly calledAt: number;
}

/** Codes of warnings in the manifest. */
export type WalkDoubt =
  | 'inventory.overlapUnconfirmed'
  | 'inventory.endless'
  | 'inventory.walksDiffer'
  | 'inventory.countUnmatched'
  | 'inventory.changesUnsettled'
  | 'inventory.listShort'
  | 'inventory.pageFailed';

/**
 * Two walks that miss rows independently of each other both miss `onlyFirst * onlySecond / both` on average, as in capture
 * and recapture. So many are accepted.
 */
const MISSED_BY_BOTH = 0.001;
/** Walks that differ by more than a twentieth do not confirm each other at all; of a handful that is less than one. */
const MOST_DIFFERENT = 1 / 20;
const HANDFUL = 8;
/** How far the service's times may lag this app's. */
const CLOCKS_DIFFER_MS = MINUTE_MS;

/**
 * Whether the list did not move while it was read: no row stood in two places, the service counted the same each time, and
 * as many different rows were found as the list is long.
 */
export function hasStoodStill(readings: readonly PageReading[], of: 'first' | 'second'): boolean {
  const pages = readings.filter((page) => page.of === of);
  const { places, unnamed, hasMoved } = placesOf(pages);
  const last = pages.at(-1);
  if (!last || hasMoved) return false;
  const end = last.skip + last.ids.length;
  const totals = pages.map(({ total }) => total ?? end);
  return places.size + unnamed.size === end && totals.every((total) => total === end);
}

/** Whether a pass found no machine that nothing else has found, but for those that have reported since the first pass. */
export function bringsNothingNew(
  readings: readonly PageReading[],
  { pass }: { readonly pass: number },
): boolean {
  const isOfPass = ({ of }: PageReading) => of === `changes${pass}`;
  const known = idsOf(readings.filter((page) => !isOfPass(page)));
  const beganAt = readings.find(({ of }) => of === 'changes1')?.calledAt ?? 0;
  const isOld = ({ seenAt }: PageReading, at: number) => (seenAt[at] ?? 0) < beganAt;
  return [...idsOf(readings.filter(isOfPass), isOld)].every((id) => known.has(id));
}

/**
 * Whether what has reported holds a machine that was in the fleet before the run began and that the list did not bring: the
 * service ended the list too early.
 */
export function listLacksRows(readings: readonly PageReading[]): boolean {
  const isOfList = ({ of }: PageReading) => of === 'first' || of === 'second';
  const listed = idsOf(readings.filter(isOfList));
  const wasThereBy = (readings[0]?.calledAt ?? 0) - CLOCKS_DIFFER_MS;
  const isOlder = ({ seenAt }: PageReading, at: number) => (seenAt[at] ?? Infinity) < wasThereBy;
  const reported = idsOf(
    readings.filter((page) => !isOfList(page)),
    isOlder,
  );
  return [...reported].some((id) => !listed.has(id));
}

/** What is still in doubt when the list was read twice. */
export function walksAgree(readings: readonly PageReading[]): readonly WalkDoubt[] {
  const compared = compareWalks(readings);
  // A list that stood still is proven by itself, unless it is not the list that was read before.
  if (hasStoodStill(readings, 'second')) {
    return isFar(compared.onlyFirst, compared.both) ? ['inventory.walksDiffer'] : [];
  }
  const second = readings.filter(({ of }) => of === 'second');
  const { unnamed } = placesOf(second);
  const total = second.at(-1)?.total ?? 0;
  const isUnmatched = total > idsOf(readings).size + unnamed.size;
  return [
    ...(differ(compared) ? ['inventory.walksDiffer' as const] : []),
    ...(isUnmatched ? ['inventory.countUnmatched' as const] : []),
  ];
}

interface Compared {
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly both: number;
}

function differ({ onlyFirst, onlySecond, both }: Compared): boolean {
  return (
    isFar(Math.max(onlyFirst, onlySecond), both) || onlyFirst * onlySecond > both * MISSED_BY_BOTH
  );
}

/** Whether so many machines of one walk only are too many beside those of both. */
function isFar(only: number, both: number): boolean {
  return only > Math.max(Math.min(HANDFUL, both), both * MOST_DIFFERENT);
}

/** Machines that the walks found. What has reported meanwhile does not count: it was read again, or has gone since. */
function compareWalks(readings: readonly PageReading[]): Compared {
  const [first, second] = (['first', 'second'] as const).map((walk) =>
    idsOf(readings.filter(({ of }) => of === walk)),
  ) as [Set<string>, Set<string>];
  const reported = idsOf(readings, (page, at) => {
    const isRecent = (page.seenAt[at] ?? 0) >= (readings[0]?.calledAt ?? 0);
    return isRecent || (page.of !== 'first' && page.of !== 'second');
  });
  const countOnly = (ids: Set<string>, others: Set<string>) =>
    [...ids].filter((id) => !others.has(id) && !reported.has(id)).length;
  const onlyFirst = countOnly(first, second);
  const onlySecond = countOnly(second, first);
  return { onlyFirst, onlySecond, both: first.size - onlyFirst };
}

function placesOf(pages: readonly PageReading[]) {
  const places = new Map<string, number>();
  const unnamed = new Set<number>();
  let hasMoved = false;
  for (const { skip, ids } of pages) {
    for (const [at, id] of ids.entries()) {
      const place = skip + at;
      if (id === null) unnamed.add(place);
      else if ((places.get(id) ?? place) !== place) hasMoved = true;
      else places.set(id, place);
    }
  }
  return { places, unnamed, hasMoved };
}

function idsOf(
  pages: readonly PageReading[],
  isMeant: (page: PageReading, at: number) => boolean = () => true,
): Set<string> {
  const found = new Set<string>();
  for (const page of pages) {
    for (const [at, id] of page.ids.entries()) if (id !== null && isMeant(page, at)) found.add(id);
  }
  return found;
}
