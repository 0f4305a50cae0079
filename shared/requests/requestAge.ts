import type { StoredRequest } from './RequestStore';

const DAY_MS = 86_400_000;
/** How long a finished request can be polled. */
export const KEEP_FINISHED_MS = DAY_MS;
/** An unfinished one is kept three days in all: twice as long as any lookup lives. */
const KEEP_UNFINISHED_LONGER_MS = 2 * DAY_MS;

/** Whether the request finished before `at` (Unix ms), or is so old by then that nothing will finish it. */
export function isOver({ receivedAt, lookups }: StoredRequest, at: number): boolean {
  const isFinished = lookups.every(({ doneAt }) => doneAt !== null);
  return isFinished
    ? lookups.every(({ doneAt }) => doneAt !== null && doneAt < at)
    : receivedAt < at - KEEP_UNFINISHED_LONGER_MS;
}
