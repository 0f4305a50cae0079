import type { Random } from '../clock/Clock';
import type { CallNote } from '../quota/Quota';
import { retryDelayMs } from './retryDelay';

/** How Defender has refused one step of a lookup so far (403, 429). Instants are Unix ms. */
export interface Refusals {
  /** Those that are the lookup's own fault: others were answered in between, or what it asks for is forbidden. */
  readonly counted: number;
  /** Of the last one, counted or not; 0: there was none. */
  readonly lastAt: number;
  /** Since when what it asks for is forbidden; null: it is not. */
  readonly forbiddenSince: number | null;
}

export const NO_REFUSALS: Refusals = { counted: 0, lastAt: 0, forbiddenSince: null };

/** Ask again at once, at `until` and without a ticket, or no more. */
export type AfterRefusal =
  | { readonly next: 'again'; readonly refusals: Refusals }
  | { readonly next: 'wait'; readonly refusals: Refusals; readonly resumeAt: number }
  | { readonly next: 'giveUp' };

/** What is refused comes first when an endpoint opens again. A second time it lets others ask before it does. */
const YIELD_MS = 2_000;

/**
 * After a 429. It counts only if the endpoint has answered others since the last one: being throttled with all others is
 * no fault. From the second that counts, the lookup waits as after failures.
 */
export function afterThrottling(before: Refusals, note: CallNote, random: Random): AfterRefusal {
  const isFirst = before.lastAt === 0;
  const isCounted = !isFirst && note.answeredAt > before.lastAt;
  const counted = before.counted + (isCounted ? 1 : 0);
  const refusals = { ...before, counted, lastAt: note.at };
  if (isFirst) return { next: 'again', refusals };
  const openAt = Math.max(note.at, note.closedUntil) + YIELD_MS;
  if (counted < 2) return { next: 'wait', refusals, resumeAt: openAt };
  const delayMs = retryDelayMs(counted - 1, random);
  if (delayMs === null) return { next: 'giveUp' };
  return { next: 'wait', refusals, resumeAt: Math.max(openAt, note.at + delayMs) };
}

/** After a 403 that is about what was asked: it waits as after failures, `deniedAfterMs` in all. */
export function afterForbidden(
  before: Refusals,
  note: CallNote,
  { random, deniedAfterMs }: { readonly random: Random; readonly deniedAfterMs: number },
): AfterRefusal {
  const counted = before.counted + 1;
  const refusals = { counted, lastAt: note.at, forbiddenSince: before.forbiddenSince ?? note.at };
  const delayMs = retryDelayMs(counted, random);
  const endsAt = forbiddenUntil(refusals, deniedAfterMs);
  if (delayMs === null || note.at >= endsAt) return { next: 'giveUp' };
  return { next: 'wait', refusals, resumeAt: Math.min(note.at + delayMs, endsAt) };
}

/** When a lookup whose object is forbidden ends. */
export const forbiddenUntil = ({ forbiddenSince }: Refusals, deniedAfterMs: number): number =>
  forbiddenSince === null ? Infinity : forbiddenSince + deniedAfterMs;
