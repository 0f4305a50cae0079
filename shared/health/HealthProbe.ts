import type { Clock } from '../clock/Clock';
import { DefenderForbiddenError } from '../defender/defenderErrors';
import { QueueUnusableError } from '../messaging/QueueUnusableError';
import { answered } from './answered';
import { codeOf } from './codeOf';

/** What the app depends on; without the first two it can do nothing. */
const DEPENDENCIES = ['storage', 'broker', 'token', 'defender', 'quota'] as const;
export type Dependency = (typeof DEPENDENCIES)[number];

export interface DependencyHealth {
  readonly name: Dependency | 'settings';
  readonly status: 'ok' | 'failed';
  /** Why not: a stable, dotted code. */
  readonly code: string | null;
  /** One sentence more, where there is something to know. */
  readonly detail: string | null;
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
  /** Each touches what it is named after, and may have a detail; a rejection means that it cannot be used. */
  readonly probes: Readonly<Record<Dependency, () => Promise<string | null>>>;
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
    const failed = dependencies.filter(({ status }) => status === 'failed');
    return {
      status: failed.some(({ name }) => name === 'storage' || name === 'broker')
        ? 'unavailable'
        : failed.length > 0
          ? 'degraded'
          : 'ok',
      checkedAt: new Date(now).toISOString(),
      dependencies,
    };
  }

  private async probe(name: Dependency): Promise<DependencyHealth> {
    const { clock, probes } = this.deps;
    const startAt = clock.now();
    const found = await answered(clock, probes[name]).then(
      (detail) => ({ status: 'ok', code: null, detail }) as const,
      (error: unknown) => {
        return { status: 'failed', code: codeOf(error), detail: detailOf(error) } as const;
      },
    );
    return { name, ...found, tookMs: clock.now() - startAt };
  }
}

/** What to do about it, where that is known. */
function detailOf(error: unknown): string | null {
  if (error instanceof QueueUnusableError) return error.message;
  if (error instanceof DefenderForbiddenError) {
    return `${error.message}: grant the application one of ${error.requiredRoles.join(', ')}`;
  }
  return null;
}
