import type { Clock } from './Clock';

/**
 * What `work` resolves to, or, once `timeoutMs` have passed without that, what `late` returns or throws. The signal is
 * aborted when the wait is over; work that ignores it keeps running. @throws what `work` does.
 */
export async function inTime<T>(
  clock: Clock,
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>,
  late: () => T,
): Promise<T> {
  const wait = new AbortController();
  const timeout = clock.sleep(timeoutMs, wait.signal).then(late);
  try {
    return await Promise.race([work(wait.signal), timeout]);
  } finally {
    wait.abort('over'); // Without a reason it would make an error, with its stack.
    timeout.catch(() => undefined); // The aborted sleep.
  }
}
