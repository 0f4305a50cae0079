import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose' with { 'resolution-mode': 'import' };
import type { Clock } from '../../shared/clock/Clock';
import { DAY_MS, MINUTE_MS } from '../../shared/clock/durations';
import { HttpProblem } from '../http/HttpProblem';

export interface TenantKeysDeps {
  /** Fetches the keys that the tenant publishes. Rejects if they are unavailable. */
  readonly fetch: () => Promise<JSONWebKeySet>;
  /** Called on each failed try, with the age of the keys that stay in use; null: none. */
  readonly onFailure: (error: unknown, ageMs: number | null) => void;
  readonly clock: Pick<Clock, 'now'>;
}

/** A key that is withdrawn is trusted no longer than this, unless its withdrawal cannot be learnt. */
const REFRESH_AFTER_MS = 10 * MINUTE_MS;
/** How long the last keys serve while new ones are unavailable: Entra renews keys in weeks, and announces them first. */
const LAST_USE_MS = DAY_MS;
/** Between a try that failed, or that did not bring the wanted key, and the next. */
const PAUSE_MS = 30_000;

interface Fetched {
  readonly find: JWTVerifyGetKey;
  /** Unix ms. */
  readonly at: number;
}

/** The keys with which the tenant's tokens are signed; an outage of where they are published does not end their use. */
export class TenantKeys {
  private latest: Fetched | null = null;
  private failedAt: number | null = null;
  private pending: Promise<Fetched | null> | null = null;

  constructor(private readonly deps: TenantKeysDeps) {}

  /** As `jose` asks for a key. @throws {HttpProblem} 503: whether there is one is unknown. */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const { errors } = await import('jose');
    const known = (await this.within(REFRESH_AFTER_MS)) ?? this.last();
    try {
      return await known.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      const renewed = await this.within(PAUSE_MS);
      if (!renewed) throw this.unavailable();
      return renewed.find(header, token);
    }
  };

  /** Keys of at most this age, fetched if needed; null if unavailable. */
  private async within(maxAgeMs: number): Promise<Fetched | null> {
    if (this.latest && this.isWithin(this.latest.at, maxAgeMs)) return this.latest;
    if (this.failedAt !== null && this.isWithin(this.failedAt, PAUSE_MS)) return null;
    this.pending ??= this.refresh().finally(() => {
      this.pending = null;
    });
    return this.pending;
  }

  private async refresh(): Promise<Fetched | null> {
    const { fetch, onFailure, clock } = this.deps;
    try {
      const { createLocalJWKSet } = await import('jose');
      this.latest = { find: createLocalJWKSet(await fetch()), at: clock.now() };
      this.failedAt = null;
      return this.latest;
    } catch (error) {
      this.failedAt = clock.now();
      onFailure(error, this.latest && this.failedAt - this.latest.at);
      return null;
    }
  }

  private last(): Fetched {
    if (this.latest && this.isWithin(this.latest.at, LAST_USE_MS)) return this.latest;
    throw this.unavailable();
  }

  private unavailable(): HttpProblem {
    const nextTryAt = (this.failedAt ?? 0) + PAUSE_MS;
    return new HttpProblem({
      status: 503,
      code: 'auth.keysUnavailable',
      detail: "The keys that verify the tenant's tokens are unavailable. Try again later.",
      retryAfterMs: Math.max(0, nextTryAt - this.deps.clock.now()),
    });
  }

  /** A clock that was set back makes nothing fresh. */
  private isWithin(at: number, ms: number): boolean {
    const ageMs = this.deps.clock.now() - at;
    return ageMs >= 0 && ageMs < ms;
  }
}
