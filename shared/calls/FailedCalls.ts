import type { Clock, Random } from '../clock/Clock';
import {
  DefenderForbiddenError,
  DefenderRejectedError,
  DefenderThrottledError,
  DefenderUnauthorizedError,
  DefenderUnavailableError,
} from '../defender/defenderErrors';
import { endpointOf, endpoints, queryKey } from '../defender/endpoints';
import type { CallNote, CallResult } from '../quota/Quota';
import { defenderDenied, defenderRefused, defenderThrottled } from '../telemetry/events';
import type { Logger } from '../telemetry/Logger';
import type { PlannedStep } from './steps';
import type { StepResult } from './Progress';
import { afterForbidden, afterThrottling, type AfterRefusal } from './refusals';
import { retryDelayMs } from './retryDelay';
import {
  again,
  postponed,
  unanswered,
  type Again,
  type Postponed,
  type StepAttempt,
} from './StepAttempt';
import {
  deniedReason,
  failedReason,
  objectForbiddenReason,
  rejectedReason,
  type FailureCode,
} from './stepReasons';

export interface FailedCallsDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** How long what was asked may be forbidden before the lookup ends `denied`. */
  readonly deniedAfterMs: number;
}

/** How a step continues after a call without an answer. */
export class FailedCalls {
  constructor(private readonly deps: FailedCallsDeps) {}

  /** `note`: from the report of `result` to the quota. */
  settle(
    planned: PlannedStep,
    state: StepAttempt,
    result: CallResult,
    note: CallNote,
  ): StepResult | Postponed | Again {
    const { random } = this.deps;
    const { endpoint } = planned.query;
    switch (result.outcome) {
      case 'answered':
        return rejected(planned);
      case 'throttled': {
        const reason = failedReason('defender.refusedAlways');
        const end = unanswered(planned, 'failed', reason);
        return goOn(state, afterThrottling(state.refusals, note, random), end);
      }
      case 'refused': {
        const end = unanswered(planned, 'denied', objectForbiddenReason(endpoint));
        if (state.isDeniedAtOnce) return end;
        return goOn(state, afterForbidden(state.refusals, note, this.deps), end);
      }
      case 'forbidden':
      case 'unauthorized':
        if (state.isDeniedAtOnce) return unanswered(planned, 'denied', deniedReason(endpoint));
        return again(state);
      case 'failed':
        return this.failed(planned, state, 'defender.unavailable');
    }
  }

  /** The next try takes a ticket when it wakes, as a ticket cannot wait. */
  failed(planned: PlannedStep, state: StepAttempt, code: FailureCode): StepResult | Postponed {
    const { clock, random } = this.deps;
    const failures = state.failures + 1;
    const delayMs = retryDelayMs(failures, random);
    if (delayMs === null) return unanswered(planned, 'failed', failedReason(code));
    return { ...postponed(state, clock.now() + delayMs), failures };
  }

  /** `error`: what the call threw. */
  log({ query: { endpoint } }: PlannedStep, result: CallResult, error: unknown): void {
    const { logger } = this.deps;
    const { outcome } = result;
    if (outcome === 'throttled') {
      defenderThrottled(logger, { endpoint, retryAfterMs: result.retryAfterMs });
    }
    if (outcome === 'refused') defenderRefused(logger, { endpoint });
    if (outcome === 'forbidden' || outcome === 'unauthorized') {
      const isForbidden = error instanceof DefenderForbiddenError;
      const roles = isForbidden ? error.requiredRoles : endpoints[endpoint].roles;
      defenderDenied(logger, { endpoint, status: isForbidden ? 403 : 401, roles: roles.join(' ') });
    }
  }
}

function goOn(
  state: StepAttempt,
  after: AfterRefusal,
  end: StepResult,
): StepResult | Postponed | Again {
  switch (after.next) {
    case 'again':
      return again(state, { refusals: after.refusals });
    case 'wait':
      return { ...postponed(state, after.resumeAt), refusals: after.refusals };
    case 'giveUp':
      return end;
  }
}

/** Defender does not take the indicator, or a filter of ours. */
function rejected(planned: PlannedStep): StepResult {
  return endpointOf(planned.query).carriesOnlyIndicator
    ? unanswered(planned, 'invalid', rejectedReason)
    : unanswered(planned, 'failed', failedReason('defender.rejected'));
}

/** What the calendar learns from a failed call; null for a failure that is not Defender's. A 400 is an answer. */
export function callResultOf({ step, query }: PlannedStep, error: unknown): CallResult | null {
  if (error instanceof DefenderThrottledError) {
    return { outcome: 'throttled', retryAfterMs: error.retryAfterMs };
  }
  if (error instanceof DefenderForbiddenError) {
    // The list of all machines names no single one.
    const isAboutRights = error.isRoleMissing || step === 'machineList';
    return isAboutRights
      ? { outcome: 'forbidden' }
      : { outcome: 'refused', question: queryKey(query) };
  }
  if (error instanceof DefenderUnauthorizedError) return { outcome: 'unauthorized' };
  if (error instanceof DefenderRejectedError) return { outcome: 'answered' };
  if (error instanceof DefenderUnavailableError) return { outcome: 'failed' };
  return null;
}
