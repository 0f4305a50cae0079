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
  /** Slots nearer than this are waited for in place. */
  readonly holdMs: number;
  /** Unix ms. */
  readonly startedAt: number;
}

export type BatchAnswer =
  | StepResult
  | Postponed
  | Again
  /** The alert's machine, which has to be asked for yet. */
  | { readonly outcome: 'machine'; readonly id: MachineId; readonly origin: BatchOrigin }
  /** Its own call has to be made. */
  | { readonly outcome: 'alone' };

export const ALONE: BatchAnswer = { outcome: 'alone' };

export interface Member {
  readonly question: Question;
  readonly tell: (answer: BatchAnswer) => void;
  readonly fail: (error: unknown) => void;
}

export function tellAll(members: readonly Member[], answer: BatchAnswer): void {
  for (const { tell } of members) tell(answer);
}
