import type { Clock } from '../clock/Clock';
import { MINUTE_MS } from '../clock/durations';
import { inTime } from '../clock/inTime';
import { printable } from '../http/printable';
import type { TokenSource } from './TokenSource';
import { readTokenState } from './TokenState';
import { TokenUnavailableError } from './TokenUnavailableError';

export interface FetchedToken {
  readonly token: string;
  /** Unix ms. */
  readonly expiresAt: number;
}

/** Asks the issuer, past every cache. @throws whatever the issuer's library throws. */
export type FetchToken = (signal: AbortSignal) => Promise<FetchedToken>;

/** A token is replaced this long before it expires. */
const REFRESH_BEFORE_MS = 5 * MINUTE_MS;
/** If no new one can be obtained, the old one serves until shortly before its end. */
const LAST_USE_BEFORE_MS = 30_000;
const FETCH_TIMEOUT_MS = 30_000;
/** A doubted token is replaced at most this often: a right that is still missing must not flood the issuer. */
const RENEW_EVERY_MS = MINUTE_MS;

export function createTokenSource(deps: {
  readonly fetchToken: FetchToken;
  readonly clock: Clock;
}): TokenSource {
  const { fetchToken, clock } = deps;
  let current: FetchedToken | null = null;
  let pending: Promise<FetchedToken> | null = null;
  let isDoubted = false;
  let askedAt = -Infinity;

  const lasts = (token: FetchedToken, ms: number) => clock.now() < token.expiresAt - ms;

  async function refresh(): Promise<FetchedToken> {
    askedAt = clock.now();
    try {
      current = await inTime(clock, FETCH_TIMEOUT_MS, fetchToken, () => {
        throw new Error(`no answer within ${FETCH_TIMEOUT_MS} ms`);
      });
      isDoubted = false;
      return current;
    } catch (error) {
      if (current && lasts(current, LAST_USE_BEFORE_MS)) return current;
      throw new TokenUnavailableError(`Cannot get a token for Defender: ${reasonOf(error)}`);
    }
  }

  async function obtain(isFine: (token: FetchedToken) => boolean, signal?: AbortSignal) {
    signal?.throwIfAborted();
    if (current && isFine(current)) return current.token;

    pending ??= refresh().finally(() => {
      pending = null;
    });
    return (await unlessAborted(pending, signal)).token;
  }

  const isGood = (token: FetchedToken) => lasts(token, REFRESH_BEFORE_MS);
  const isRenewable = () => isDoubted && clock.now() - askedAt >= RENEW_EVERY_MS;
  return {
    get: (signal) => obtain(isGood, signal),
    prepare: async (signal) => {
      await obtain((token) => isGood(token) && !isRenewable(), signal);
    },
    invalidate(token) {
      if (current?.token === token) current = null;
    },
    doubt(token) {
      if (current?.token === token) isDoubted = true;
    },
    current: () => current && readTokenState(current.token),
  };
}

/** The issuer's errors may carry the request with its secret, so only their text is passed on. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? printable(error.message) : 'unknown';
}

/** An abort affects only its caller: the others keep waiting for the same token. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      reject(signal.reason as Error); // typed any; aborts always give an error
    };
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort);
    });
  });
}
