import type { StoredRequest } from './RequestStore';

const HOUR_MS = 3_600_000;
/** How long a finished request can be polled. */
const KEEP_FINISHED_MS = 24 * HOUR_MS;
/** Twice the longest life of a lookup: nothing comes after that. */
const KEEP_UNFINISHED_MS = 72 * HOUR_MS;

/** When the last record came (Unix ms); null while one is missing. */
export function completedAt({ lookups }: StoredRequest): number | null {
  return lookups.reduce<number | null>(
    (latest, { doneAt }) => (latest === null || doneAt === null ? null : Math.max(latest, doneAt)),
    0,
  );
}

/** Whether the request can no longer be polled. */
export function isOld(request: StoredRequest, now: number): boolean {
  const finishedAt = completedAt(request);
  return finishedAt === null
    ? now - request.receivedAt > KEEP_UNFINISHED_MS
    : now - finishedAt > KEEP_FINISHED_MS;
}
