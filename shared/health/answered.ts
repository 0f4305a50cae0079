import type { Clock } from '../clock/Clock';
import { inTime } from '../clock/inTime';
import { AppError } from '../errors/AppError';

class NotInTimeError extends AppError {
  override readonly name = 'NotInTimeError';
  readonly code = 'health.timeout';
}

const TIMEOUT_MS = 5_000;

/** What a dependency answers. @throws what `ask` does, or after 5 s. */
export function answered<T>(clock: Clock, ask: () => Promise<T>): Promise<T> {
  return inTime(clock, TIMEOUT_MS, ask, () => {
    throw new NotInTimeError(`No answer within ${TIMEOUT_MS} ms`);
  });
}
