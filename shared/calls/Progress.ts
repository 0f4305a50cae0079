import type { DefenderAnswer } from '../defender/DefenderAnswer';
import type { EndpointId } from '../defender/endpointIds';
import type { Reason } from '../errors/Reason';
import type { StepName } from './steps';

/** An answer and its origin, as the record's `evidence` reports it. */
export interface AnsweredStep {
  readonly step: StepName;
  readonly endpoint: EndpointId;
  readonly outcome: 'answered';
  readonly answer: DefenderAnswer;
  /** Unix ms. */
  readonly calledAt: number;
  readonly fromCache: boolean;
  readonly waitedMs: number;
  /** The list call that it is part of; absent for a separate call. */
  readonly batch?: BatchOrigin | undefined;
}

/** A list call, and how many questions it answered. */
export interface BatchOrigin {
  readonly list: EndpointId;
  readonly size: number;
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

/** The fewest rows that a service was seen to serve at most, whatever it is asked for. */
const LEAST_PAGE_CAP = 100;

/** Whether an answer held unreadable rows, or is incomplete. */
export function hasUnreadRows({
  endpoint,
  answer,
}: Pick<AnsweredStep, 'endpoint' | 'answer'>): boolean {
  const { total = null, skippedAt = [], hasNext = false } = answer.list ?? {};
  const rows = answer.machines.length + answer.alerts.length + skippedAt.length;
  const mayBeCapped = endpoint === 'machines' && total === null && rows >= LEAST_PAGE_CAP;
  return skippedAt.length > 0 || hasNext || (total ?? 0) > rows || mayBeCapped;
}

/** Whether it is not known of a row which machine it is, or whether that is in service. */
export const hasUnclearRows = ({ answer }: AnsweredStep): boolean =>
  (answer.list?.unclearAt.length ?? 0) > 0;
