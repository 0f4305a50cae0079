import type { LaterOutcome } from '../../shared/lookups/InteractiveLookups';
import type { Reason } from '../../shared/errors/Reason';
import { HttpProblem } from './HttpProblem';

const LATER: Readonly<Record<LaterOutcome, { status: number; code: string; detail: string }>> = {
  noSlot: {
    status: 429,
    code: 'quota.noSlot',
    detail: "Defender's quota has no slot in time. Retry-After says when the next one is.",
  },
  unavailable: {
    status: 503,
    code: 'defender.unavailable',
    detail: 'Defender, or what is needed to ask it, does not answer.',
  },
  rowUnreadable: {
    status: 503,
    code: 'quota.rowUnreadable',
    detail:
      "The endpoint's quota calendar could not be read. It begins anew when the calls that it may have counted no longer matter.",
  },
  rowLost: {
    status: 503,
    code: 'quota.rowLost',
    detail:
      "The endpoint's quota calendar was deleted. It begins anew when the calls that it had counted no longer matter.",
  },
};

/** No answer yet: the calendar has no slot in time, or Defender, its token or the quota's store does not answer. */
export function laterProblem(
  { outcome, resumeAt }: { readonly outcome: LaterOutcome; readonly resumeAt: number },
  now: number,
): HttpProblem {
  return new HttpProblem({ ...LATER[outcome], retryAfterMs: resumeAt - now });
}

/** 424: Defender refuses this app's rights; the reason names the missing grant. */
export function deniedProblem({ code, message }: Reason): HttpProblem {
  return new HttpProblem({ status: 424, code, detail: message });
}
