import type { RequestView } from '../../shared/requests/RequestView';
import type { RouteAnswer } from './Route';

export interface RequestAnswerOptions {
  readonly pollId: string;
  readonly baseUrl: string;
  /** Unix ms. */
  readonly now: number;
}

/** A slot is when the call begins: its answer takes a moment. */
const CALL_MS = 1_500;

/**
 * 200 when all is there; else 202, to be polled at `Location` after `Retry-After`. What was never put off has no address.
 * 429: what is pending was not taken in, for want of room.
 */
export function requestAnswer(
  { requestId, total, results, pending, ignored, leftOut, isStored, askAgainAt }: RequestView,
  { pollId, baseUrl, now }: RequestAnswerOptions,
): RouteAnswer {
  const statusUrl = isStored ? `${baseUrl}/api/requests/${pollId}` : null;
  const waiting = statusUrl === null && askAgainAt === undefined ? [] : pending;
  const body = {
    requestId,
    status: waiting.length > 0 ? 'running' : 'completed',
    total,
    done: results.length,
    results,
    pending: waiting.map(({ position, indicator, notBefore }) => ({
      position,
      indicator,
      notBefore: new Date(notBefore).toISOString(),
    })),
    ignored,
    leftOut,
    statusUrl,
  };
  if (askAgainAt !== undefined) {
    const headers = { 'retry-after': String(secondsUntil(askAgainAt, now)) };
    return { status: 429, headers, body };
  }
  if (statusUrl === null || waiting.length === 0) return { status: 200, body };
  const readyAt = Math.max(...waiting.map(({ notBefore }) => notBefore)) + CALL_MS;
  const retryAfter = secondsUntil(readyAt, now);
  return {
    status: 202,
    headers: { location: statusUrl, 'retry-after': String(retryAfter) },
    body,
  };
}

const secondsUntil = (at: number, now: number): number => Math.max(1, Math.ceil((at - now) / 1000));
