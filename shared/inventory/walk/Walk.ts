import { findOverlap, newRowsOf, type RowId } from './overlap';
import {
  bringsNothingNew,
  hasStoodStill,
  listLacksRows,
  walksAgree,
  type PageReading,
  type Reading,
  type WalkDoubt,
} from './readings';

/**
 * Reading a list that moves while it is read, page by page, so that a row that stays in it throughout is not missed. Pure.
 *
 * The order of rows is not documented, so any row may move at any time. Pages overlap, which shows that nothing
 * slipped between two of them as a whole; and the list is read a second time unless every row read twice has stood where it
 * stood, and as many rows were found as the list is long. What machines report is read in separate passes.
 */
export interface WalkState {
  readonly phase: WalkPhase;
  /** The list is read once, or twice. */
  readonly walk: 1 | 2;
  /** What the next page skips. */
  readonly skip: number;
  /** Rows up to which the list has been read. */
  readonly end: number;
  /** The last rows of the confirmed page before; null before the first. */
  readonly tail: readonly RowId[] | null;
  /** Whether the next page should be empty. */
  readonly isEndCheck: boolean;
  /** Times in a row that it was not. */
  readonly endChecks: number;
  /** The most rows that a page has brought: what the service serves, whatever it is asked for. */
  readonly mostRows: number;
  /** Whether the service is asked how many rows there are. */
  readonly asksCount: boolean;
  /** Times in a row that the walk stepped back from where it is. */
  readonly stepsBack: number;
  readonly overlapsChecked: number;
  readonly rewinds: number;
  /** Rows of the list, each once, without a usable id; with a field that had to be dropped. */
  readonly skippedRows: number;
  readonly mistypedRows: number;
  /** What keeps the walk from being proven complete. */
  readonly doubts: readonly WalkDoubt[];
}

export type WalkPhase =
  /** Reads everything. */
  | { readonly kind: 'list' }
  /** Reads what has reported since the run began. `pages`: of this pass, without the check of its end. */
  | { readonly kind: 'changes'; readonly pass: number; readonly pages: number }
  /** A list or a pass has been read: `conclude` decides what comes next. */
  | { readonly kind: 'through'; readonly of: 'list' | ChangesPhase }
  | { readonly kind: 'done' };
type ChangesPhase = Extract<WalkPhase, { kind: 'changes' }>;

const MAX_STEPS_BACK = 2;
/** Of a whole run, so that 100,000 machines take 30 calls at most. */
const MAX_REWINDS = 2;
const MAX_END_CHECKS = 3;
const MAX_PASSES = 3;
/** Ten times the largest fleet this is made for: beyond it, the service repeats itself. */
const MAX_ROWS = 2_500_000;

const FROM_THE_START = {
  skip: 0,
  end: 0,
  tail: null,
  isEndCheck: false,
  endChecks: 0,
  stepsBack: 0,
} as const;

export const WALK_START: WalkState = {
  ...FROM_THE_START,
  phase: { kind: 'list' },
  walk: 1,
  mostRows: 0,
  asksCount: true,
  overlapsChecked: 0,
  rewinds: 0,
  skippedRows: 0,
  mistypedRows: 0,
  doubts: [],
};

/** Rows that the next page shares with one that brought `rows`: half of them at most. */
export function overlapOf(rows: number): number {
  return Math.max(1, Math.min(Math.floor(rows / 2), Math.max(8, Math.ceil(rows / 20))));
}

/** Rows to ask for next: the second walk is cut at other places than the first. */
export function topOf({ walk, phase, tail, mostRows }: WalkState, pageSize: number): number {
  const isOtherCut = walk === 2 && phase.kind === 'list' && tail === null;
  return isOtherCut ? Math.max(1, Math.ceil(mostRows / 2)) : pageSize;
}

/** What the next page is a part of. */
export function readingOf({ phase, walk }: WalkState): Reading {
  if (phase.kind === 'changes') return `changes${phase.pass}`;
  return walk === 1 ? 'first' : 'second';
}

/** The state after a page. `mistypedAt`: indexes of its rows with a field that had to be dropped. */
export function advance(
  before: WalkState,
  page: Pick<PageReading, 'ids' | 'total'>,
  mistypedAt: readonly number[] = [],
): WalkState {
  const { phase } = before;
  if (phase.kind !== 'list' && phase.kind !== 'changes') return before;
  const rows = page.ids.length;
  const state = { ...before, mostRows: Math.max(before.mostRows, rows) };
  if (state.isEndCheck) return checkEnd(state, phase, page, mistypedAt);

  const tail = state.tail ?? [];
  const found = findOverlap(tail, page.ids);
  const newRows = newRowsOf(tail, page.ids, found.lastAt).length;
  // A full page without a new row: the service does not skip.
  const isStuck = state.skip > 0 && rows >= state.mostRows && newRows === 0;
  const isConfirmed = state.skip === 0 || (found.isConfirmed && !isStuck);
  if (!isConfirmed) {
    const back = stepBack(state);
    if (back) return back;
  }
  const end = state.skip + rows;
  const next = {
    ...noteRows(state, page.ids, mistypedAt),
    end,
    phase: phase.kind === 'changes' ? { ...phase, pages: phase.pages + 1 } : phase,
    tail: page.ids.slice(-overlapOf(rows)),
    overlapsChecked: state.overlapsChecked + (state.skip > 0 ? 1 : 0),
    stepsBack: 0,
    doubts: isConfirmed ? state.doubts : add(state.doubts, 'inventory.overlapUnconfirmed'),
  };
  if (end > MAX_ROWS) return through({ ...next, doubts: add(next.doubts, 'inventory.endless') });
  if (!isConfirmed && newRows === 0) return through(next);
  // A pass is so short that its end is not worth another page.
  const isShortPass = phase.kind === 'changes' && rows < state.mostRows;
  const mayBeEnd = newRows === 0 || page.total === end || isShortPass;
  const skip = mayBeEnd ? end : end - next.tail.length;
  return { ...next, isEndCheck: mayBeEnd, skip, endChecks: newRows > 0 ? 0 : next.endChecks };
}

/** What follows a list or a pass that has been read. `readings`: all pages so far, see {@link needsReadings}. */
export function conclude(state: WalkState, readings: readonly PageReading[]): WalkState {
  if (state.phase.kind !== 'through') return state;
  const { of } = state.phase;
  if (of === 'list') {
    const isEndless = state.doubts.includes('inventory.endless');
    const isProven = state.doubts.length === 0 && hasStoodStill(readings, 'first');
    const needsSecond = state.walk === 1 && !isEndless && !isProven;
    return needsSecond
      ? { ...state, ...FROM_THE_START, phase: { kind: 'list' }, walk: 2, doubts: [] }
      : startPass(state, 1);
  }
  const isSettled = of.pages === 1 || bringsNothingNew(readings, of);
  if (!isSettled && of.pass < MAX_PASSES) return startPass(state, of.pass + 1);
  const doubts = [
    ...state.doubts,
    ...(isSettled ? [] : ['inventory.changesUnsettled' as const]),
    ...(listLacksRows(readings) ? ['inventory.listShort' as const] : []),
    ...(state.walk === 2 ? walksAgree(readings) : []),
  ];
  return { ...state, phase: { kind: 'done' }, doubts };
}

/** Whether `conclude` has to look at what was read before. */
export function needsReadings({ phase, walk }: WalkState): boolean {
  if (phase.kind !== 'through') return false;
  return phase.of !== 'list' || walk === 1;
}

/** The state after an unavailable page: the walk ends there. */
export function giveUp(state: WalkState): WalkState {
  return { ...state, phase: { kind: 'done' }, doubts: add(state.doubts, 'inventory.pageFailed') };
}

/** The end is an empty page. If rows were added meanwhile, it is sought after them. */
function checkEnd(
  state: WalkState,
  phase: Extract<WalkPhase, { kind: 'list' | 'changes' }>,
  { ids }: Pick<PageReading, 'ids'>,
  mistypedAt: readonly number[],
): WalkState {
  if (ids.length === 0) return through(state);
  const isGrowth = ids.length <= overlapOf(state.mostRows);
  // What reports during the pass is read already: by the list, or by this page.
  if (isGrowth && phase.kind === 'changes') return through(state);
  const endChecks = state.endChecks + 1;
  if (endChecks > MAX_END_CHECKS) {
    return through({ ...state, doubts: add(state.doubts, 'inventory.endless') });
  }
  const tail = state.tail ?? [];
  // The page before was cut short.
  if (!isGrowth) return { ...state, isEndCheck: false, skip: state.end - tail.length, endChecks };
  const end = state.end + ids.length;
  return {
    ...noteRows(state, ids, mistypedAt),
    end,
    skip: end,
    tail: [...tail, ...ids].slice(ids.length),
    endChecks,
  };
}

/** Null when that has been tried often enough, or the walk is in doubt anyway. */
function stepBack(state: WalkState): WalkState | null {
  const isHopeless = state.doubts.length > 0 || state.rewinds >= MAX_REWINDS;
  if (isHopeless || state.stepsBack >= MAX_STEPS_BACK) return null;
  const rows = Math.max(1, Math.floor(state.mostRows / 2) - overlapOf(state.mostRows));
  return {
    ...state,
    skip: Math.max(0, state.skip - rows),
    stepsBack: state.stepsBack + 1,
    rewinds: state.rewinds + 1,
  };
}

/** Counts the rows of a page that is kept which are not as documented, where the list is read for the first time. */
function noteRows(
  state: WalkState,
  ids: readonly RowId[],
  mistypedAt: readonly number[],
): WalkState {
  if (state.phase.kind !== 'list' || state.walk !== 1) return state;
  const isFirst = (at: number) => state.skip + at >= state.end;
  const skipped = ids.filter((id, at) => id === null && isFirst(at)).length;
  const mistyped = mistypedAt.filter(isFirst).length;
  return {
    ...state,
    skippedRows: state.skippedRows + skipped,
    mistypedRows: state.mistypedRows + mistyped,
  };
}

function through(state: WalkState): WalkState {
  const { phase } = state;
  if (phase.kind !== 'list' && phase.kind !== 'changes') return state;
  const of = phase.kind === 'list' ? 'list' : phase;
  return { ...state, phase: { kind: 'through', of } };
}

function startPass(state: WalkState, pass: number): WalkState {
  return { ...state, ...FROM_THE_START, phase: { kind: 'changes', pass, pages: 0 } };
}

function add(doubts: readonly WalkDoubt[], doubt: WalkDoubt): readonly WalkDoubt[] {
  return doubts.includes(doubt) ? doubts : [...doubts, doubt];
}
