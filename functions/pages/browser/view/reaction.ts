import { duration } from './format';

/** How a request ended; `status` null: no answer in time, or none at all. */
export interface Ended {
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  /** What a problem's body says. */
  readonly detail: string | null;
}

export interface Reaction {
  /** For the reader; null: there is nothing to say. */
  readonly notice: string | null;
  /** The key or the token does not open the app. */
  readonly isRefused: boolean;
  /** When to ask again. */
  readonly againInMs: number;
}

const EVERY_MS = 5_000;
const TOO_MANY_MS = 30_000;
const MOST_MS = 300_000;

/** What the page says to an answer, and when it asks again. Data that is there stays. */
export function reactionTo({ status, retryAfterMs, detail }: Ended): Reaction {
  if (status === 200) return { notice: null, isRefused: false, againInMs: EVERY_MS };
  if (status === 401 || status === 403) {
    return { notice: detail, isRefused: true, againInMs: EVERY_MS };
  }
  const asked = retryAfterMs ?? (status === 429 ? TOO_MANY_MS : EVERY_MS);
  const againInMs = Math.min(MOST_MS, Math.max(EVERY_MS, asked));
  const notice = `${problemOf(status, detail)} The page asks again in ${duration(againInMs)}.`;
  return { notice, isRefused: false, againInMs };
}

function problemOf(status: number | null, detail: string | null): string {
  if (status === null) return 'The app does not answer.';
  if (status === 429) return 'The app is asked too often (429).';
  return `The app answers ${status}: ${detail ?? 'without a reason.'}`;
}
