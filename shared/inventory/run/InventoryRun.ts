import { DAY_MS } from '../../clock/durations';

/**
 * `running`; `published`: complete and the newest; `incomplete`: written, but not proven; `superseded`: complete, but a
 * newer run was there first; `kept`: complete, but not to be `latest`; `failed`: nothing was written; why: `reasonCode`.
 */
export const RUN_STATUSES = [
  'running',
  'published',
  'incomplete',
  'superseded',
  'kept',
  'failed',
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** The list is read, its end proven, the list read again if in doubt, then late reporters; the files come last. */
export const RUN_PHASES = ['list', 'end', 'secondList', 'changes', 'files'] as const;
export type RunPhase = (typeof RUN_PHASES)[number];

/** One snapshot of the fleet, from its start to its end. Instants are Unix ms. */
export interface InventoryRun {
  readonly runId: string;
  /** The instant that the run represents. */
  readonly slotAt: number;
  readonly status: RunStatus;
  /** Rises when the run is taken over; messages of an older epoch change nothing any more. */
  readonly epoch: number;
  readonly startedAt: number;
  readonly completedAt: number | null;
  /** Whether `latest` becomes this snapshot if it is complete and the newest. */
  readonly publishes: boolean;
  /** What the next page is for. */
  readonly phase: RunPhase;
  /** The page that is next. */
  readonly seq: number;
  /** When its message is due. */
  readonly nextAt: number;
  /** Machines of the list read so far; at the end, machines in the snapshot. */
  readonly machines: number;
  readonly calls: number;
  readonly throttled: number;
  /** Times that a page had to wait for its slot or another try. */
  readonly waits: number;
  readonly reasonCode: string | null;
  readonly warnings: readonly string[];
}

const MAX_RUN_MS = DAY_MS;
/** No clock is that far off. */
const MAX_AHEAD_MS = DAY_MS;

/** Whether a run may stand for that instant: the id of one further ahead would stay the newest. */
export const isSlot = (slotAt: number, now: number): boolean => slotAt <= now + MAX_AHEAD_MS;

/** When the run ends with what it has, if it has not ended yet (Unix ms). */
export const endsBy = ({ startedAt }: Pick<InventoryRun, 'startedAt'>): number =>
  startedAt + MAX_RUN_MS;

/** The slot without punctuation: `20260131T021000000Z`. Sorts by time; equal for equal slots. */
export function runIdOf(slotAt: number): string {
  return new Date(slotAt).toISOString().replace(/[-:.]/g, '');
}

export function newRun(slotAt: number, now: number, publishes = true): InventoryRun {
  return {
    runId: runIdOf(slotAt),
    slotAt,
    status: 'running',
    epoch: 0,
    startedAt: now,
    completedAt: null,
    publishes,
    phase: 'list',
    seq: 0,
    nextAt: now,
    machines: 0,
    calls: 0,
    throttled: 0,
    waits: 0,
    reasonCode: null,
    warnings: [],
  };
}
