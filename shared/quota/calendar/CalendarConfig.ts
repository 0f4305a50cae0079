import { CLOCK_ERROR_MS } from '../../clock/StoreClock';
import { HOUR_MS, MINUTE_MS } from '../../clock/durations';
import type { QuotaConfig } from '../../config/AppConfig';
import type { Window } from './slots';

/** The timing assumptions that every safety argument rests on; all processes of a calendar use the stored ones. */
export interface CalendarTiming {
  /** A holder calls only in [slot, slot + useWindowMs]. */
  readonly useWindowMs: number;
  /** Widens every window. */
  readonly guardMs: number;
  /** Oldest image that may decide about a call. */
  readonly readTtlMs: number;
  /** Slots nearer than this to a write no longer move. */
  readonly freezeMs: number;
  /** Least distance of a bulk slot to any other, so that the first 429 stops the rest of a burst. */
  readonly gapMs: number;
}

/** Everything a calendar is planned by, as it is stored with it. */
export interface CalendarConfig extends CalendarTiming {
  /** `endpoint`: each API has its own calendar; `application`: one calendar for all. */
  readonly scope: QuotaConfig['scope'];
  /** Defender's limits (100 per minute, 1,500 per hour). */
  readonly perMinute: number;
  readonly perHour: number;
  /** What the bulk lane leaves free for the interactive one. */
  readonly reservePerMinute: number;
  readonly reservePerHour: number;
  /** What the interactive lane may take at most. */
  readonly interactivePerMinute: number;
  readonly interactivePerHour: number;
  /** Spreads the bulk lane; 0 = off. */
  readonly bulkPerTenMinutes: number;
}

export const calendarConfig = (
  { interactive, ...quota }: QuotaConfig,
  timing: CalendarTiming = DEFAULT_TIMING,
): CalendarConfig => ({
  scope: quota.scope,
  perMinute: quota.perMinute,
  perHour: quota.perHour,
  reservePerMinute: interactive.reservePerMinute,
  reservePerHour: interactive.reservePerHour,
  interactivePerMinute: interactive.maxPerMinute,
  interactivePerHour: interactive.maxPerHour,
  bulkPerTenMinutes: quota.bulkPerTenMinutes,
  ...timing,
});

const USE_WINDOW_MS = 5_000;
/** From the holder's decision to Defender's counting of the call: connection, network, queueing. */
const CALL_JITTER_MS = 2_000;
const READ_TTL_MS = 5_000;
/** A write is given up after this time, see `freezeMs`. */
export const WRITE_TIMEOUT_MS = 1_000;

export const DEFAULT_TIMING: CalendarTiming = {
  useWindowMs: USE_WINDOW_MS,
  // A slot represents a call that is counted between slot − ε and slot + W + J + ε. Two slots that are S + G apart are
  // then counted at least S + G − (W + J + 2ε) = S apart.
  guardMs: USE_WINDOW_MS + 2 * CLOCK_ERROR_MS + CALL_JITTER_MS,
  readTtlMs: READ_TTL_MS,
  // A reader may use the image before a write for a slot up to readTtl after it read, by its own clock. The writer
  // looked at its clock up to one write's duration before its write took effect. What lies nearer must not move.
  freezeMs: READ_TTL_MS + 2 * CLOCK_ERROR_MS + WRITE_TIMEOUT_MS + 200,
  gapMs: 100,
};

const atLeastOne = (limit: number): number => Math.max(1, limit);

/** What all slots together must satisfy. */
export const fullWindows = (config: CalendarConfig): readonly Window[] => [
  { limit: config.perMinute, spanMs: MINUTE_MS + config.guardMs },
  { limit: config.perHour, spanMs: HOUR_MS + config.guardMs },
];

/** What a bulk slot must satisfy among all slots: the full windows less the reserve, spread, and the gap. */
export const bulkWindows = (config: CalendarConfig): readonly Window[] => [
  { limit: 1, spanMs: config.gapMs },
  {
    limit: atLeastOne(config.perMinute - config.reservePerMinute),
    spanMs: MINUTE_MS + config.guardMs,
  },
  ...(config.bulkPerTenMinutes > 0
    ? [{ limit: config.bulkPerTenMinutes, spanMs: 10 * MINUTE_MS }]
    : []),
  {
    limit: atLeastOne(config.perHour - config.reservePerHour),
    spanMs: HOUR_MS + config.guardMs,
  },
];

/** What an interactive slot must satisfy among the interactive ones. */
export const interactiveCaps = (config: CalendarConfig): readonly Window[] => [
  { limit: config.interactivePerMinute, spanMs: MINUTE_MS },
  { limit: config.interactivePerHour, spanMs: HOUR_MS },
];

/** How far back a slot still matters. */
export const memoryMs = (config: CalendarConfig): number => HOUR_MS + config.guardMs;

/** Fields whose larger value lets slots come earlier or be used longer; of the others it is the smaller one. */
const LOOSER_WHEN_LARGER = [
  'perMinute',
  'perHour',
  'interactivePerMinute',
  'interactivePerHour',
  'useWindowMs',
  'readTtlMs',
] as const;
const LOOSER_WHEN_SMALLER = [
  'reservePerMinute',
  'reservePerHour',
  'guardMs',
  'freezeMs',
  'gapMs',
] as const;

/** The stricter of two configurations, field by field. */
export function stricter(a: CalendarConfig, b: CalendarConfig): CalendarConfig {
  const merged = { ...b };
  for (const field of LOOSER_WHEN_LARGER) merged[field] = Math.min(a[field], b[field]);
  for (const field of LOOSER_WHEN_SMALLER) merged[field] = Math.max(a[field], b[field]);
  const caps = [a.bulkPerTenMinutes, b.bulkPerTenMinutes].filter((cap) => cap > 0);
  return { ...merged, bulkPerTenMinutes: caps.length > 0 ? Math.min(...caps) : 0 };
}

export const isSameConfig = (a: CalendarConfig, b: CalendarConfig): boolean =>
  a.scope === b.scope &&
  a.bulkPerTenMinutes === b.bulkPerTenMinutes &&
  [...LOOSER_WHEN_LARGER, ...LOOSER_WHEN_SMALLER].every((field) => a[field] === b[field]);
