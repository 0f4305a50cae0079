import type { Ticket, TicketRequest } from '../quota/Quota';
import type { PlannedStep } from './steps';
import type { Reason } from '../errors/Reason';
import type { UnansweredStep } from './Progress';
import { NO_REFUSALS, type Refusals } from './refusals';
import type { TicketHolder } from './TicketDesk';

/** How far a step has come by what happened before. */
export interface TrialState {
  /** The place in the quota calendar; null = take one. */
  readonly ticket: Ticket | null;
  /** Real failures so far; waiting does not count. */
  readonly failures: number;
  /** Whether Defender has refused a token for this step once already. */
  readonly tokenRefreshed: boolean;
  /** Whether another lookup makes the same call, whose answer is awaited. */
  readonly isWaiting: boolean;
  /** The batch that it waits in, or whose call it makes with its ticket. */
  readonly batch: string | null;
  readonly refusals: Refusals;
}

export const FIRST_TRIAL: TrialState = {
  ticket: null,
  failures: 0,
  tokenRefreshed: false,
  isWaiting: false,
  batch: null,
  refusals: NO_REFUSALS,
};

/** What a step needs to know of its lookup. Instants are Unix ms. */
export interface StepAttempt extends Omit<TrialState, 'isWaiting'> {
  /** How a ticket is requested if there is none, or it is void; `round` counts the tries for one from 0. */
  readonly request: (round: number) => TicketRequest;
  readonly holder: TicketHolder;
  /** Distinguishes the lookups of one message from those of others. */
  readonly requestId: string;
  /** Whether a caller waits for the answer: missing rights are then reported at once, not waited out. */
  readonly isDeniedAtOnce: boolean;
  readonly freshSinceAt: number;
  readonly maxAgeMs: number | null;
  readonly expiresAt: number;
  /** No call starts after this. */
  readonly deadlineAt: number;
}

/** The step continues in a later delivery, not before `resumeAt` (Unix ms): with its ticket, or taking one then. */
export interface Postponed extends TrialState {
  readonly outcome: 'postponed';
  readonly resumeAt: number;
}

/** The step continues at once, with another ticket. */
export interface Again {
  readonly outcome: 'again';
  readonly state: StepAttempt;
}

export const again = (
  state: StepAttempt,
  change: Partial<Pick<StepAttempt, 'tokenRefreshed' | 'refusals'>> = {},
): Again => ({ outcome: 'again', state: { ...state, ...change, ticket: null, batch: null } });

export function postponed(
  { failures, tokenRefreshed, refusals }: StepAttempt,
  resumeAt: number,
): Postponed {
  return {
    outcome: 'postponed',
    ticket: null,
    resumeAt,
    failures,
    tokenRefreshed,
    isWaiting: false,
    batch: null,
    refusals,
  };
}

export function unanswered(
  { step, query }: PlannedStep,
  outcome: UnansweredStep['outcome'],
  reason: Reason,
): UnansweredStep {
  return { step, endpoint: query.endpoint, outcome, reason };
}
