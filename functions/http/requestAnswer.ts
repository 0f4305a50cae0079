import type { RequestView } from '../../shared/requests/HttpLookups';
import type { RouteAnswer } from './Route';

export interface RequestAnswerOptions {
  readonly pollId: string;
  readonly baseUrl: string;
  /** Unix ms. */
  readonly now: number;
}

/** A slot is when the call begins: its answer takes a moment. */
const CALL_MS = 1_500;

/** 200 when all is there; else 202, to be polled at `Location` after `Retry-After`. What was never put off has no address. */
export function requestAnswer(
  { requestId, total, results, pending, ignored, leftOut, isStored }: RequestView,
  { pollId, baseUrl, now }: RequestAnswerOptions,
): RouteAnswer {
  const counts = { total, done: results.length, results };
  const statusUrl = isStored ? `${baseUrl}/api/requests/${pollId}` : null;
  if (statusUrl === null || pending.length === 0) {
    const status = 'completed';
    return {
      status: 200,
      body: { requestId, status, ...counts, pending: [], ignored, leftOut, statusUrl },
    };
  }
  const readyAt = Math.max(...pending.map(({ notBefore }) => notBefore)) + CALL_MS;
  const retryAfter = Math.max(1, Math.ceil((readyAt - now) / 1000));
  return {
    status: 202,
    headers: { location: statusUrl, 'retry-after': String(retryAfter) },
    body: {
      requestId,
      status: 'running',
      ...counts,
      pending: pending.map(({ position, indicator, notBefore }) => ({
        position,
        indicator,
        notBefore: new Date(notBefore).toISOString(),
      })),
      ...{ ignored, leftOut, statusUrl },
    },
  };
}
