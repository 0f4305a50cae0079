/**
 * What `work` resolves to; its signal is aborted after `ms`. Unlike `AbortSignal.timeout`, nothing outlives the work: each of
 * those stays in memory until its time, and makes an error then.
 */
export async function withTimeLimit<T>(
  ms: number,
  work: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort();
  }, ms);
  // A process that has nothing else to do ends.
  timer.unref();
  try {
    return await work(limit.signal);
  } finally {
    clearTimeout(timer);
  }
}
