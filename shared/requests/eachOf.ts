/** Works on all items, at most `atOnce` at a time. Waits for what has begun before it throws the first failure. */
export async function eachOf<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await work(item);
  };
  const workers = Array.from({ length: Math.min(atOnce, items.length) }, worker);
  const ended = await Promise.allSettled(workers);
  const failure = ended.find((each) => each.status === 'rejected');
  if (failure) throw failure.reason;
}
