import { BrokerUnreachableError } from '../../shared/messaging/BrokerUnreachableError';
import { MessageRefusedError } from '../../shared/messaging/MessageRefusedError';
import { StorageUnavailableError } from '../../shared/storage/StorageUnavailableError';
import { requestFailed } from '../../shared/telemetry/events';
import type { Logger } from '../../shared/telemetry/Logger';
import { HttpProblem } from './HttpProblem';

const RETRY_AFTER_MS = 15_000;

/** What a caller gets to know of an error; one that is not the caller's is logged. */
export function problemOf(error: unknown, logger: Logger): HttpProblem {
  const problem = toProblem(error);
  if (problem.options.status >= 500) {
    const cause = error instanceof Error ? error.name : 'unknown';
    requestFailed(logger, { code: problem.code, cause });
  }
  return problem;
}

/** What is not a problem yet is either something this app depends on, or unexpected. */
function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  const isDependency =
    error instanceof StorageUnavailableError ||
    error instanceof BrokerUnreachableError ||
    error instanceof MessageRefusedError;
  return isDependency
    ? new HttpProblem({
        status: 503,
        code: error.code,
        detail: 'Something this app depends on does not answer. Try again later.',
        retryAfterMs: RETRY_AFTER_MS,
      })
    : new HttpProblem({
        status: 500,
        code: 'app.failed',
        detail: 'Unexpected error; search the log for this correlation id.',
      });
}
