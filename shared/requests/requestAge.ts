import { DAY_MS } from '../clock/durations';
import type { StoredRequest } from './RequestStore';

/** How long a finished request can be polled. */
export const KEEP_FINISHED_MS = DAY_MS;
/** How many days after its day of receipt any request is kept: twice as long as any lookup lives. */
export const KEPT_DAYS = 3;
const KEEP_UNFINISHED_LONGER_MS = KEPT_DAYS * DAY_MS - KEEP_FINISHED_MS;

/** Whether the request finished before `at` (Unix ms), or is so old by then that nothing will finish it. */
export function isOver({ receivedAt, lookups }: StoredRequest, at: number): boolean {
  const isFinished = lookups.every(({ doneAt }) => doneAt !== null);
  return isFinished
    ? lookups.every(({ doneAt }) => doneAt !== null && doneAt < at)
    : receivedAt < at - KEEP_UNFINISHED_LONGER_MS;
}
