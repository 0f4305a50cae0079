import type { DefenderAnswer } from '../defender/DefenderAnswer';
import type { EndpointId } from '../defender/endpointIds';
import type { StepName } from './steps';

/** Why a record has no answer, or a step none. Codes are listed in docs/records.md and never reworded. */
export interface Reason {
  readonly code: string;
  readonly message: string;
}

/** An answer and how it was come by, as the record's `evidence` tells it. */
export interface AnsweredStep {
  readonly step: StepName;
  readonly endpoint: EndpointId;
  readonly outcome: 'answered';
  readonly answer: DefenderAnswer;
  /** Unix ms. */
  readonly calledAt: number;
  readonly fromCache: boolean;
  readonly waitedMs: number;
}

/** A step that ended without an answer: `invalid` when Defender refused the indicator itself. */
export interface UnansweredStep {
  readonly step: StepName;
  readonly endpoint: EndpointId;
  readonly outcome: 'denied' | 'expired' | 'failed' | 'invalid';
  readonly reason: Reason;
}

/** What is known of a lookup so far: the steps that are over, in their order. */
export type StepResult = AnsweredStep | UnansweredStep;
export type Progress = readonly StepResult[];

export function answerOf(progress: Progress, step: StepName): DefenderAnswer | null {
  const result = progress.find((each) => each.step === step);
  return result?.outcome === 'answered' ? result.answer : null;
}

export const isOver = (progress: Progress, step: StepName): boolean =>
  progress.some((result) => result.step === step);

export const answered = (progress: Progress): readonly AnsweredStep[] =>
  progress.filter((result) => result.outcome === 'answered');

/** Whether an answer held rows that nothing can be told of. */
export const hasUnreadRows = ({ answer }: AnsweredStep): boolean =>
  (answer.list?.skippedAt.length ?? 0) > 0;
