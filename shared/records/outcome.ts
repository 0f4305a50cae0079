import type { Lookup, Subject } from '../lookups/Lookup';
import type { Outcome } from './EnrichmentRecord';
import type { MatchedMachine } from './matchMachines';
import type { Reason } from '../errors/Reason';
import {
  answered,
  hasUnreadRows,
  type Progress,
  type StepResult,
  type UnansweredStep,
} from '../calls/Progress';
import { failedReason } from '../calls/stepReasons';
import { alternativeOf } from '../calls/steps';

/** How a lookup ended; `reason` is null only for `found`. */
export type Ending =
  | { readonly outcome: 'found'; readonly reason: null }
  | { readonly outcome: Exclude<Outcome, 'found'>; readonly reason: Reason };

/** When nothing was found, the worst step without an answer decides, in this order. */
const WORST_FIRST = ['denied', 'expired', 'failed', 'invalid'] as const;

/** What the answers amount to once no step is left. `notSeen` only if every step that applied was answered. */
export function endingOf(
  lookup: Lookup,
  progress: Progress,
  machines: readonly MatchedMachine[],
): Ending {
  const hasAlerts = answered(progress).some(({ answer }) => answer.alerts.length > 0);
  if (machines.length > 0 || hasAlerts) return { outcome: 'found', reason: null };
  const unanswered = progress.filter(isUnanswered);
  const worst = WORST_FIRST.map((outcome) =>
    unanswered.find((step) => step.outcome === outcome),
  ).find((step) => step !== undefined);
  if (worst) return { outcome: worst.outcome, reason: worst.reason };
  if (answered(progress).some(hasUnreadRows)) {
    return { outcome: 'failed', reason: failedReason('defender.unreadableRows') };
  }
  return notSeen(lookup, progress);
}

/** That Defender refuses another value of the same thing does not make this one invalid. */
function isUnanswered(result: StepResult): result is UnansweredStep {
  const { step, outcome } = result;
  return outcome !== 'answered' && !(outcome === 'invalid' && alternativeOf(step));
}

const INTERNAL_ONLY =
  'Defender knows machines by their internal addresses only: send one of those.';

/** `progress`: the steps that applied, whether they were answered or not. */
export function notSeen({ subject }: Lookup, progress: Progress): Ending {
  return { outcome: 'notSeen', reason: notSeenReason(subject, progress) };
}

function notSeenReason({ scope }: Subject, progress: Progress): Reason {
  if (scope !== 'external') {
    return { code: 'defender.notFound', message: 'Defender knows nothing under this value.' };
  }
  return progress.every(({ step }) => alternativeOf(step))
    ? { code: 'ip.external', message: INTERNAL_ONLY }
    : {
        code: 'ip.externalNoAlerts',
        message: `No alert names this address. ${INTERNAL_ONLY}`,
      };
}

/** Steps without an answer, as the record lists them; a refused indicator is a separate kind of answer. */
export function incompleteSteps(progress: Progress): readonly (UnansweredStep & {
  readonly outcome: 'denied' | 'expired' | 'failed';
})[] {
  return progress.filter(
    (result): result is UnansweredStep & { readonly outcome: 'denied' | 'expired' | 'failed' } =>
      result.outcome !== 'answered' && result.outcome !== 'invalid',
  );
}
