import type { Postponed, StepAttempt, Again } from '../calls/StepAttempt';
import type { BatchOrigin, StepResult } from '../calls/Progress';
import type { PlannedStep } from '../calls/steps';
import type { MachineId } from '../indicators/MachineId';
import type { TicketRequest } from '../quota/Quota';

/** A step that wants an answer, of whichever call. */
export interface Question {
  readonly planned: PlannedStep;
  readonly state: StepAttempt;
  /** How the ticket for its own call would be asked for. */
  readonly request: TicketRequest;
  /** Slots nearer than this are waited for in place, if calls may be made in this delivery at all. */
  readonly holdMs: number;
  readonly mayCall: boolean;
  /** Whether it has waited in a batch: others that did come at the same time. */
  readonly hasWaited: boolean;
  /** Whether its answer is known by now: it only makes the call of its batch, for the others. Default: false. */
  readonly isAnswered?: boolean;
  /** Unix ms. */
  readonly startedAt: number;
}

export type BatchAnswer =
  | StepResult
  | Postponed
  | Again
  | MachineKnown
  /** Its own call has to be made. */
  | { readonly outcome: 'alone' };

/** The alert's machine, which has to be asked for yet. */
export interface MachineKnown {
  readonly outcome: 'machine';
  readonly id: MachineId;
  /** The call that brought it; null: it was known. */
  readonly origin: BatchOrigin | null;
  /** What came of asking for it, together with those of the same batch. */
  readonly asked?: BatchAnswer;
}

export const ALONE: BatchAnswer = { outcome: 'alone' };

export interface Member {
  readonly question: Question;
  readonly tell: (answer: BatchAnswer) => void;
  readonly fail: (error: unknown) => void;
  /** The asker is in another delivery and reads the cache. Default: false. */
  readonly isRemote?: boolean;
}

export function tellAll(members: readonly Member[], answer: BatchAnswer): void {
  for (const { tell } of members) tell(answer);
}
