import type { Clock } from '../clock/Clock';
import { DefenderForbiddenError, DefenderUnavailableError } from '../defender/defenderErrors';
import { QueueUnusableError } from '../messaging/QueueUnusableError';
import { answered } from './answered';
import { codeOf } from './codeOf';

/** What the app depends on. */
const DEPENDENCIES = ['storage', 'broker', 'token', 'defender', 'quota'] as const;
export type Dependency = (typeof DEPENDENCIES)[number];
/** Without these it can do nothing; without the others lookups wait. */
const VITAL: ReadonlySet<Dependency> = new Set(['storage', 'broker']);

/** What a look at a dependency that works has found. */
export interface Finding {
  /** Default: true. False: nothing has shown yet whether it works. */
  readonly isChecked?: boolean;
  /** Unix ms of what has shown that it works; default: now. */
  readonly checkedAt?: number;
  /** What there is to know, in one sentence. */
  readonly detail?: string | null;
}

export interface DependencyHealth {
  readonly name: Dependency | 'settings';
  /** `down`: this app can do nothing without it. `notChecked`: no call has been made to it yet. */
  readonly status: 'ok' | 'degraded' | 'down' | 'notChecked';
  /** Why not: a stable, dotted code. */
  readonly code: string | null;
  /** Host and port, and one sentence more where there is something to know. */
  readonly detail: string | null;
  /** ISO 8601. */
  readonly checkedAt: string;
  readonly tookMs: number;
}

export interface Health {
  /** `degraded`: lookups wait, nothing is lost. `unavailable`: this app can do nothing. */
  readonly status: 'ok' | 'degraded' | 'unavailable';
  /** ISO 8601. */
  readonly checkedAt: string;
  readonly dependencies: readonly DependencyHealth[];
}

export interface HealthProbeDeps {
  /** Each touches what it is named after; a rejection means that it cannot be used. */
  readonly probes: Readonly<Record<Dependency, () => Promise<Finding>>>;
  /** Host and port of each; null where the platform decides. */
  readonly addresses: Readonly<Record<Dependency, string | null>>;
  readonly clock: Clock;
}

const KEEP_MS = 10_000;

/** Looks at everything the app depends on, for all who ask within ten seconds at once. */
export class HealthProbe {
  private latest: { readonly at: number; readonly health: Promise<Health> } | null = null;

  constructor(private readonly deps: HealthProbeDeps) {}

  /** Never rejects. */
  check(): Promise<Health> {
    const now = this.deps.clock.now();
    const ageMs = now - (this.latest?.at ?? -Infinity);
    if (!this.latest || ageMs < 0 || ageMs >= KEEP_MS) {
      this.latest = { at: now, health: this.probeAll(now) };
    }
    return this.latest.health;
  }

  private async probeAll(now: number): Promise<Health> {
    const dependencies = await Promise.all(DEPENDENCIES.map((name) => this.probe(name)));
    const has = (wanted: DependencyHealth['status']) =>
      dependencies.some(({ status }) => status === wanted);
    return {
      status: has('down') ? 'unavailable' : has('degraded') ? 'degraded' : 'ok',
      checkedAt: new Date(now).toISOString(),
      dependencies,
    };
  }

  private async probe(name: Dependency): Promise<DependencyHealth> {
    const { clock, probes, addresses } = this.deps;
    const startAt = clock.now();
    const found = await answered(clock, probes[name]).then(
      ({ isChecked = true, ...finding }) =>
        ({ ...finding, status: isChecked ? 'ok' : 'notChecked', code: null }) as const,
      (error: unknown) => {
        const status = VITAL.has(name) ? 'down' : 'degraded';
        return { status, code: codeOf(error), detail: detailOf(error) } as const;
      },
    );
    const { status, code, detail = null } = found;
    const checkedAt = 'checkedAt' in found ? (found.checkedAt ?? startAt) : startAt;
    const known = [addresses[name], detail].filter((part) => part !== null);
    return {
      name,
      status,
      code,
      detail: known.length === 0 ? null : known.join(': '),
      checkedAt: new Date(checkedAt).toISOString(),
      // The app's clock may be set right meanwhile.
      tookMs: Math.max(0, clock.now() - startAt),
    };
  }
}

/** What to do about it, where that is known. */
function detailOf(error: unknown): string | null {
  if (error instanceof QueueUnusableError || error instanceof DefenderUnavailableError) {
    return error.message;
  }
  if (error instanceof DefenderForbiddenError) {
    return `${error.message}: grant the application one of ${error.requiredRoles.join(', ')}`;
  }
  return null;
}
