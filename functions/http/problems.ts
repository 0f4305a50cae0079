import type { Reason } from '../../shared/enrichment/Progress';
import { HttpProblem } from './HttpProblem';

/** No answer yet: the calendar has no slot in time, or Defender, its token or the quota's store does not answer. */
export function laterProblem(
  { outcome, until }: { readonly outcome: 'noSlot' | 'unavailable'; readonly until: number },
  now: number,
): HttpProblem {
  const retryAfterMs = until - now;
  return outcome === 'noSlot'
    ? new HttpProblem({
        status: 429,
        code: 'quota.noSlot',
        detail: "Defender's quota has no slot in time. Retry-After says when the next one is.",
        retryAfterMs,
      })
    : new HttpProblem({
        status: 503,
        code: 'defender.unavailable',
        detail: 'Defender, or what is needed to ask it, does not answer.',
        retryAfterMs,
      });
}

/** 424: Defender refuses this app's rights; the reason names the missing grant. */
export function deniedProblem({ code, message }: Reason): HttpProblem {
  return new HttpProblem({ status: 424, code, detail: message });
}
