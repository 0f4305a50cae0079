import type { Clock } from '../clock/Clock';
import { AppError } from '../errors/AppError';

class NotInTimeError extends AppError {
  override readonly name = 'NotInTimeError';
  readonly code = 'health.timeout';
}

/** What `work` resolves to; the work itself goes on when nobody waits any more. @throws what `work` does, or after `timeoutMs`. */
export async function inTime<T>(
  clock: Clock,
  timeoutMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const timeout = clock.sleep(timeoutMs, over.signal).then(() => {
    throw new NotInTimeError(`No answer within ${timeoutMs} ms`);
  });
  try {
    return await Promise.race([work(), timeout]);
  } finally {
    over.abort();
    await timeout.catch(() => null);
  }
}
