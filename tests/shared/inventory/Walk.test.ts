import type { TailRow } from '../../../shared/inventory/overlap';
import { advance, giveUp, WALK_START, type WalkState } from '../../../shared/inventory/Walk';

const STARTED_AT = Date.parse('2026-01-31T02:10:00Z');
const PAGE_SIZE = 40;
const OVERLAP = 8;
const DAY_MS = 86_400_000;
const settings = { pageSize: PAGE_SIZE, startedAt: STARTED_AT };

/** Rows `from` up to `to`; they have not reported since the walk began unless `seenAt` says so. */
const rows = (from: number, to: number, seenAt = STARTED_AT - DAY_MS): TailRow[] =>
  Array.from({ length: to - from }, (_, at) => ({ id: `m${from + at}`, digest: 'd', seenAt }));

/** The state after the pages, one a second. */
const walk = (...pages: readonly (readonly TailRow[])[]): WalkState =>
  pages.reduce(
    (state, page, at) => advance(state, page, settings, STARTED_AT + 1_000 * at),
    WALK_START,
  );

/** What the service answers for the walk's own `skip`, of a list of so many rows. */
function walkAll(size: number): { readonly state: WalkState; readonly calls: number } {
  let state = WALK_START;
  let calls = 0;
  while (state.phase.kind !== 'done' && calls < 100) {
    const listed = state.phase.kind === 'list' ? rows(0, size) : [];
    state = advance(state, listed.slice(state.skip, state.skip + PAGE_SIZE), settings, STARTED_AT);
    calls += 1;
  }
  return { state, calls };
}

describe('Walk', () => {
  it.each([
    { size: 0, calls: 4 },
    { size: 1, calls: 4 },
    { size: PAGE_SIZE - 1, calls: 4 },
    { size: PAGE_SIZE, calls: 5 },
    { size: PAGE_SIZE + 1, calls: 5 },
    { size: 2 * PAGE_SIZE - OVERLAP - 1, calls: 5 },
    { size: 2 * PAGE_SIZE - OVERLAP, calls: 6 },
    { size: 10 * PAGE_SIZE, calls: 16 },
  ])('reads a list of $size rows that stand still in $calls calls, without a doubt', (given) => {
    const { state, calls } = walkAll(given.size);

    expect(state).toMatchObject({ phase: { kind: 'done' }, doubts: [], rewinds: 0 });
    expect(calls).toBe(given.calls);
  });

  it('reads on behind a page that was cut short', () => {
    const { phase, skip, doubts } = walk(rows(0, 40), rows(32, 50), rows(42, 82));

    expect({ phase, skip, doubts }).toEqual({ phase: { kind: 'list' }, skip: 74, doubts: [] });
  });

  it('does not take two pages that were cut short for the end, if the second brings old rows', () => {
    const { phase } = walk(rows(0, 40), rows(32, 50), rows(42, 53));

    expect(phase.kind).toBe('list');
  });

  it('takes newcomers behind the end for what they are', () => {
    const newcomer = rows(50, 51, STARTED_AT + 500);

    const { phase } = walk(rows(0, 40), rows(32, 50), [...rows(42, 50), ...newcomer]);

    expect(phase.kind).toBe('changes');
  });

  it('steps back from a page that does not begin with the end of the one before, twice at most', () => {
    const lost = rows(60, 100);
    const states = [1, 2, 3].map((times) =>
      walk(rows(0, 40), ...Array<TailRow[]>(times).fill(lost)),
    );

    expect(states.map(({ skip, rewinds }) => [skip, rewinds])).toEqual([
      [20, 1],
      [8, 2],
      [40, 2],
    ]);
    expect(states.map(({ doubts }) => doubts)).toEqual([[], [], ['inventory.overlapUnconfirmed']]);
  });

  it('ends with a doubt where the service repeats its first page for ever', () => {
    let state = WALK_START;
    for (let calls = 0; calls < 50; calls++) {
      state = advance(state, rows(0, PAGE_SIZE), settings, STARTED_AT);
    }

    expect(state.phase.kind).toBe('done');
    expect(state.doubts).toContain('inventory.overlapUnconfirmed');
  });

  it('keeps its doubts when a page cannot be had', () => {
    expect(giveUp(walk(rows(0, 40)))).toMatchObject({
      phase: { kind: 'done' },
      doubts: ['inventory.pageFailed'],
    });
  });
});

describe('Walk, through what has changed meanwhile', () => {
  const list = [rows(0, 10), rows(2, 10)];
  const changed = (from: number, to: number) => rows(from, to, STARTED_AT);

  it('asks from a quarter of an hour before the start', () => {
    expect(walk(...list).phase).toMatchObject({ kind: 'changes', sinceAt: STARTED_AT - 900_000 });
  });

  it('is done when one page has held all of it', () => {
    expect(walk(...list, changed(0, 30), changed(22, 30)).phase.kind).toBe('done');
  });

  it.each([
    { what: 'was full', first: changed(0, 40), second: changed(32, 50) },
    { what: 'was cut short', first: changed(0, 10), second: changed(2, 30) },
  ])('makes another pass when the first page $what', ({ first, second }) => {
    const { phase, doubts } = walk(...list, first, second, second.slice(-OVERLAP));

    expect({ phase, doubts }).toMatchObject({ phase: { kind: 'changes', pass: 2 }, doubts: [] });
  });

  it('doubts what has not settled after three passes', () => {
    const pass = [changed(0, 40), changed(32, 50), changed(42, 50)];

    expect(walk(...list, ...pass, ...pass, ...pass)).toMatchObject({
      phase: { kind: 'done' },
      doubts: ['inventory.changesUnsettled'],
    });
  });
});
