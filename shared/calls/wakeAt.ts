import type { Postponed } from './StepAttempt';

/** However wrong a clock may be, a message that waits does not come back at once. */
const SOONEST_MS = 1_000;

/** When the message of a postponed step becomes visible (Unix ms): `leadMs` before the slot of its ticket. */
export function wakeAt(
  { ticket, resumeAt }: Pick<Postponed, 'ticket' | 'resumeAt'>,
  { now, leadMs }: { readonly now: number; readonly leadMs: number },
): number {
  return Math.max(now + SOONEST_MS, ticket ? resumeAt - leadMs : resumeAt);
}
