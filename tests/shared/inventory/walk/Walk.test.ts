import type { RowId } from '../../../../shared/inventory/walk/overlap';
import type { PageReading } from '../../../../shared/inventory/walk/readings';
import {
  advance,
  conclude,
  giveUp,
  needsReadings,
  readingOf,
  topOf,
  WALK_START,
  type WalkState,
} from '../../../../shared/inventory/walk/Walk';

const PAGE_SIZE = 1_000;
const NOW = Date.parse('2026-01-31T02:10:00Z');

const rows = (from: number, to: number): RowId[] =>
  Array.from({ length: to - from }, (_, at) => `m${from + at}`);

/** What the service does with a call. */
interface Service {
  /** Of the list; what has reported is another. */
  readonly list: RowId[];
  /** When every machine last reported; untold if absent. */
  readonly seenAt?: number;
  readonly changed?: readonly RowId[];
  readonly pageCap?: number;
  readonly count?: (page: readonly RowId[], listed: readonly RowId[]) => number | null;
  readonly ignoresSkip?: boolean;
  /** Happens before each call, counted from 0. */
  readonly before?: (call: number, list: RowId[]) => void;
}

interface Walked {
  readonly state: WalkState;
  readonly calls: number;
  /** Every id that was read. */
  readonly read: ReadonlySet<RowId>;
  /** What each call skipped. */
  readonly skips: readonly number[];
}

/** Goes on until the walk is done. */
function walk(service: Service): Walked {
  const { list, changed = [], pageCap = Infinity, ignoresSkip = false, before } = service;
  const seenAt = service.seenAt ?? null;
  const count: NonNullable<Service['count']> = service.count ?? ((_, listed) => listed.length);
  const readings: PageReading[] = [];
  let state = WALK_START;
  while (state.phase.kind !== 'done' && readings.length < 1_000) {
    before?.(readings.length, list);
    const listed = state.phase.kind === 'list' ? list : changed;
    const { skip } = state;
    const from = ignoresSkip ? 0 : skip;
    const ids = listed.slice(from, from + Math.min(topOf(state, PAGE_SIZE), pageCap));
    const total = count(ids, listed);
    const reading = { of: readingOf(state), skip, ids, total, calledAt: NOW };
    readings.push({ ...reading, seenAt: ids.map(() => seenAt) });
    const next = advance(state, { ids, total });
    state = conclude(next, needsReadings(next) ? readings : []);
  }
  const read = new Set(readings.flatMap(({ ids }) => ids));
  return { state, calls: readings.length, read, skips: readings.map(({ skip }) => skip) };
}

const absent = () => null;
const ofPage = (page: readonly RowId[]) => page.length;
const swap = (list: RowId[], one: number, other: number) => {
  [list[one], list[other]] = [list[other] ?? null, list[one] ?? null];
};

describe('Walk over a list that stands still', () => {
  it.each([
    { size: 0, calls: 4, uncounted: 4 },
    { size: 1, calls: 4, uncounted: 5 },
    { size: PAGE_SIZE - 1, calls: 4, uncounted: 5 },
    { size: PAGE_SIZE, calls: 4, uncounted: 5 },
    { size: PAGE_SIZE + 1, calls: 5, uncounted: 6 },
    { size: 10 * PAGE_SIZE, calls: 14, uncounted: 15 },
  ])('reads $size rows in $calls calls, $uncounted if they are not counted', (given) => {
    const counted = walk({ list: rows(0, given.size) });
    const uncounted = walk({ list: rows(0, given.size), count: absent });

    expect([counted.calls, uncounted.calls]).toEqual([given.calls, given.uncounted]);
    for (const { state, read } of [counted, uncounted]) {
      expect(state).toMatchObject({ phase: { kind: 'done' }, walk: 1, doubts: [], rewinds: 0 });
      expect(read.size).toBe(given.size);
    }
  });

  it.each([
    { what: 'with a true count', count: undefined },
    { what: 'without a count', count: absent },
    { what: 'with the count of the page', count: ofPage },
  ])('reads on behind pages of 100 rows where 1,000 were asked for, $what', ({ count }) => {
    const { state, read, skips } = walk({
      list: rows(0, 250),
      pageCap: 100,
      ...(count && { count }),
    });

    expect({ read: read.size, doubts: state.doubts }).toEqual({ read: 250, doubts: [] });
    expect(skips).toContain(250);
  });

  it('shares half of a page at most with the next, however small the service makes it', () => {
    const { state, read } = walk({ list: rows(0, 250), pageCap: 6 });

    expect({ read: read.size, doubts: state.doubts }).toEqual({ read: 250, doubts: [] });
  });

  it('counts rows without an id by their places, each once', () => {
    const list = rows(0, 2_500).map((id, at) => (at === 980 || at === 2_499 ? null : id));

    const { state, calls } = walk({ list });

    expect(state).toMatchObject({ skippedRows: 2, walk: 1, doubts: [] });
    expect(calls).toBe(6);
  });

  it('counts a row without an id once, also where the walk steps back over it', () => {
    const list = rows(0, 10_000).map((id, at) => (at >= 2_700 && at < 2_707 ? null : id));

    const { state } = walk({
      list,
      // More than pages share vanishes before the third call.
      before: (call, all) => {
        if (call === 2) all.splice(0, 600);
      },
    });

    expect(state.rewinds).toBeGreaterThan(0);
    expect(state.skippedRows).toBe(7);
  });

  it('doubts a second walk that stood still but brought little of what the first found', () => {
    const { state } = walk({
      list: rows(0, 250),
      pageCap: 100,
      count: absent,
      before: (call, list) => {
        if (call === 1) list.splice(0);
      },
    });

    expect(state.doubts).toEqual(['inventory.walksDiffer']);
  });

  it('doubts a list that lacks a machine of before the run, which a pass has found', () => {
    const changed = rows(0, 10);

    const { state } = walk({ list: rows(1, 10), changed, seenAt: NOW - 300_000 });

    expect(state.doubts).toEqual(['inventory.listShort']);
  });

  it('does not doubt a list for a machine that has come since the run began', () => {
    const { state } = walk({ list: rows(1, 10), changed: rows(0, 10), seenAt: NOW + 1_000 });

    expect(state.doubts).toEqual([]);
  });
});

describe('Walk over a list that moves', () => {
  it.each([
    { what: 'counted', count: undefined },
    { what: 'not counted', count: absent },
  ])('reads again, and finds all, when rows change places behind it: $what', ({ count }) => {
    const { state, calls, read } = walk({
      list: rows(0, 10_000),
      // The unread row is in the read part from then on, and the other way round.
      before: (call, list) => {
        if (call === 3) for (const n of [0, 1, 2]) swap(list, 100 + n, 9_100 + n);
      },
      ...(count && { count }),
    });

    expect(state).toMatchObject({ walk: 2, doubts: [] });
    expect(read.size).toBe(10_000);
    expect(calls).toBeLessThanOrEqual(30);
  });

  it.each([
    { what: 'a row comes', change: (list: RowId[]) => list.unshift('newcomer') },
    { what: 'a row goes', change: (list: RowId[]) => list.splice(10, 1) },
    {
      what: 'a row moves back unnoticed',
      change: (list: RowId[]) => list.unshift(...list.splice(5_000, 1)),
    },
    {
      what: 'one comes for each that goes',
      change: (list: RowId[]) => list.splice(10, 1, 'newcomer'),
    },
  ])('never misses a row that stays when $what in the middle', ({ change }) => {
    const { state, read } = walk({
      list: rows(0, 8_000),
      before: (call, list) => {
        if (call === 2) change(list);
      },
    });

    expect(state.doubts).toEqual([]);
    expect(rows(0, 8_000).filter((id) => !read.has(id))).toEqual(read.has('m10') ? [] : ['m10']);
  });

  it('doubts two walks that have each missed what the other found', () => {
    const { state } = walk({
      list: rows(0, 3_000),
      before: (_, list) => {
        for (let n = 0; n < 20; n++) swap(list, n * 7, 2_900 - n * 7);
      },
    });

    expect(state.doubts).toEqual(['inventory.walksDiffer']);
  });

  it('doubts a list that is longer by its own count than all that could be read', () => {
    const { state } = walk({ list: rows(0, 3_000), count: (_, all) => all.length + 1 });

    expect(state.doubts).toEqual(['inventory.countUnmatched']);
  });

  it('takes no lower count for true when two walks agree without it', () => {
    const { state } = walk({ list: rows(0, 3_000), count: (_, all) => all.length - 1 });

    expect(state).toMatchObject({ walk: 2, doubts: [] });
  });

  it('steps back when what vanished was more than pages share, twice at most in a run', () => {
    const { state, calls, read } = walk({
      list: rows(0, 10_000),
      before: (call, list) => {
        if (call === 2) list.splice(0, 600);
      },
    });

    expect(state.rewinds).toBeGreaterThan(0);
    expect(rows(600, 10_000).filter((id) => !read.has(id))).toEqual([]);
    expect(calls).toBeLessThanOrEqual(30);
  });

  it('ends with a doubt where the service repeats its first page for ever', () => {
    const { state, calls } = walk({ list: rows(0, 50 * PAGE_SIZE), ignoresSkip: true });

    expect(state.doubts).toContain('inventory.overlapUnconfirmed');
    expect(calls).toBeLessThan(100);
  });

  it('asks for half a page where it begins again, so that the cuts are others', () => {
    const state = { ...WALK_START, walk: 2, mostRows: 500 } as const;

    expect(topOf(state, PAGE_SIZE)).toBe(250);
    expect(topOf({ ...state, tail: ['m1'] }, PAGE_SIZE)).toBe(PAGE_SIZE);
  });

  it('keeps its doubts when a page cannot be had', () => {
    expect(giveUp(WALK_START)).toMatchObject({
      phase: { kind: 'done' },
      doubts: ['inventory.pageFailed'],
    });
  });
});

describe('Walk, through what has reported meanwhile', () => {
  const list = rows(0, 2_000);

  it('is done when one page has held all of it, with a few that came behind it', () => {
    const changed = rows(100, 500);

    const { state, calls } = walk({
      list,
      changed,
      before: (call) => {
        if (call === 5) changed.push('m600', 'm601');
      },
    });

    expect(state).toMatchObject({ phase: { kind: 'done' }, doubts: [] });
    expect(calls).toBe(6);
  });

  it('is done after several pages that brought no machine that was not known', () => {
    const { state } = walk({ list: rows(0, 1_000), changed: rows(0, 900), pageCap: 100 });

    expect(state).toMatchObject({ phase: { kind: 'done' }, doubts: [] });
  });

  it('makes another pass when several pages brought machines that the list did not', () => {
    const { state, skips } = walk({ list, changed: rows(1_900, 2_300), pageCap: 100 });

    expect(state).toMatchObject({ phase: { kind: 'done' }, doubts: [] });
    // The list, then two passes.
    expect(skips.filter((skip) => skip === 0)).toHaveLength(3);
  });

  it('doubts what has not settled after three passes', () => {
    const changed = rows(1_900, 2_300);

    const { state } = walk({
      list,
      changed,
      pageCap: 100,
      before: (call) => {
        changed.unshift(`x${call}`);
      },
    });

    expect(state.doubts).toEqual(['inventory.changesUnsettled']);
  });
});
