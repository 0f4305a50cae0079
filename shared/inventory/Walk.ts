import { findOverlap, newRowsOf, type TailRow } from './overlap';

/**
 * Reading a list that moves while it is read, page by page, so that a row that stays in it throughout is not missed. Pure.
 *
 * Pages overlap. A row that is in two pages unchanged has not moved against the other rows that were left alone; so every
 * such row that follows it is in the later page or still ahead, and nothing slipped between. The service gives rows no
 * documented order, but a row moves only when it is changed. Changed rows are read in passes of their own afterwards.
 */
export interface WalkState {
  readonly phase: WalkPhase;
  /** What the next page skips. */
  readonly skip: number;
  /** The last rows of the confirmed page before; null before the first. */
  readonly tail: readonly TailRow[] | null;
  /** Whether the page before was short: perhaps the end. */
  readonly wasShort: boolean;
  /** Times in a row that the walk stepped back from where it is. */
  readonly stepsBack: number;
  readonly overlapsChecked: number;
  readonly rewinds: number;
  /** What keeps the walk from being proven complete. */
  readonly doubts: readonly WalkDoubt[];
}

export type WalkPhase =
  /** Reads everything. */
  | { readonly kind: 'list' }
  /**
   * Reads what has changed since `sinceAt` (Unix ms). `startedAt`: of this pass; `firstWasFull`: its first page did not
   * hold all, so what changed during the pass may have been missed by it.
   */
  | {
      readonly kind: 'changes';
      readonly sinceAt: number;
      readonly pass: number;
      readonly startedAt: number;
      readonly firstWasFull: boolean;
    }
  | { readonly kind: 'done' };

/** Codes of warnings in the manifest. */
export type WalkDoubt =
  | 'inventory.overlapUnconfirmed'
  | 'inventory.endless'
  | 'inventory.changesUnsettled'
  | 'inventory.pageFailed';

export interface WalkSettings {
  /** Rows asked for per page. */
  readonly pageSize: number;
  /** When the run began (Unix ms). */
  readonly startedAt: number;
}

/** How far clocks may differ, and how late the service may show that a machine reported. */
const CHANGES_MARGIN_MS = 15 * 60_000;
const MAX_STEPS_BACK = 2;
const MAX_REWINDS = 10;
const MAX_PASSES = 3;
/** Ten times the largest fleet this is made for: beyond it, the service repeats itself. */
const MAX_ROWS = 2_500_000;

export const WALK_START: WalkState = {
  phase: { kind: 'list' },
  skip: 0,
  tail: null,
  wasShort: false,
  stepsBack: 0,
  overlapsChecked: 0,
  rewinds: 0,
  doubts: [],
};

/** Rows that a page shares with the one before. */
export function overlapOf(pageSize: number): number {
  return Math.max(1, Math.min(Math.floor(pageSize / 2), Math.max(8, Math.ceil(pageSize / 20))));
}

/** The state after a page. `now` is when it was asked for (Unix ms). */
export function advance(
  state: WalkState,
  rows: readonly TailRow[],
  settings: WalkSettings,
  now: number,
): WalkState {
  if (state.phase.kind === 'done') return state;
  const { pageSize, startedAt } = settings;
  const overlap = overlapOf(pageSize);
  const isShort = rows.length < pageSize;
  const found = state.tail && findOverlap(state.tail, rows);
  const newRows = newRowsOf(state.tail ?? [], rows, found?.lastAt ?? -1);
  // A full page without a new row: the service does not skip.
  const isStuck = state.tail !== null && !isShort && newRows.length === 0;
  const isConfirmed = (state.skip === 0 || (found?.isConfirmed ?? false)) && !isStuck;
  if (!isConfirmed) {
    const back = stepBack(state, settings);
    if (back) return back;
  }

  const next = notePass(
    {
      ...state,
      doubts: isConfirmed ? state.doubts : add(state.doubts, 'inventory.overlapUnconfirmed'),
      overlapsChecked: state.overlapsChecked + (state.skip > 0 ? 1 : 0),
      stepsBack: 0,
    },
    { isShort, hasMore: newRows.length > overlap, now },
  );
  // At the end there are newcomers at most: a page that was cut short has rows behind it that were there all the time.
  const isOld = ({ seenAt }: TailRow) => (seenAt ?? 0) < startedAt - CHANGES_MARGIN_MS;
  const isBehindAll = newRows.length <= overlap && !newRows.some(isOld);
  const isEnd = isConfirmed ? isShort && state.wasShort && isBehindAll : isShort || isStuck;
  if (isEnd) return nextPhase(next, settings, now);
  const tail = rows.slice(-overlap);
  const skip = state.skip + rows.length - tail.length;
  if (skip > MAX_ROWS) {
    return nextPhase({ ...next, doubts: add(next.doubts, 'inventory.endless') }, settings, now);
  }
  return { ...next, tail, skip, wasShort: isShort };
}

/** The state after a page that could not be had: the walk ends there. */
export function giveUp(state: WalkState): WalkState {
  return { ...state, phase: { kind: 'done' }, doubts: add(state.doubts, 'inventory.pageFailed') };
}

/** Null when that has been tried often enough, or the walk is in doubt anyway. */
function stepBack(state: WalkState, { pageSize }: WalkSettings): WalkState | null {
  const isHopeless = state.doubts.length > 0 || state.rewinds >= MAX_REWINDS;
  if (isHopeless || state.stepsBack >= MAX_STEPS_BACK) return null;
  const rows = Math.max(1, Math.floor(pageSize / 2) - overlapOf(pageSize));
  return {
    ...state,
    skip: Math.max(0, state.skip - rows),
    stepsBack: state.stepsBack + 1,
    rewinds: state.rewinds + 1,
  };
}

/** Whether one page held all that had changed, read in one moment, decides if another pass is needed. */
function notePass(
  state: WalkState,
  page: { readonly isShort: boolean; readonly hasMore: boolean; readonly now: number },
): WalkState {
  const { phase, tail } = state;
  if (phase.kind !== 'changes') return state;
  if (tail === null) {
    return { ...state, phase: { ...phase, startedAt: page.now, firstWasFull: !page.isShort } };
  }
  // The first page was cut short, then.
  return page.hasMore ? { ...state, phase: { ...phase, firstWasFull: true } } : state;
}

function nextPhase(state: WalkState, { startedAt }: WalkSettings, now: number): WalkState {
  const { phase } = state;
  if (phase.kind === 'list') {
    return startPass(state, { sinceAt: startedAt - CHANGES_MARGIN_MS, pass: 1, startedAt: now });
  }
  if (phase.kind === 'changes' && phase.firstWasFull) {
    if (phase.pass < MAX_PASSES) {
      const sinceAt = phase.startedAt - CHANGES_MARGIN_MS;
      return startPass(state, { sinceAt, pass: phase.pass + 1, startedAt: now });
    }
    const doubts = add(state.doubts, 'inventory.changesUnsettled');
    return { ...state, doubts, phase: { kind: 'done' } };
  }
  return { ...state, phase: { kind: 'done' } };
}

function startPass(
  state: WalkState,
  pass: { readonly sinceAt: number; readonly pass: number; readonly startedAt: number },
): WalkState {
  const phase = { kind: 'changes', ...pass, firstWasFull: false } as const;
  return { ...state, phase, skip: 0, tail: null, wasShort: false, stepsBack: 0 };
}

function add(doubts: readonly WalkDoubt[], doubt: WalkDoubt): readonly WalkDoubt[] {
  return doubts.includes(doubt) ? doubts : [...doubts, doubt];
}
