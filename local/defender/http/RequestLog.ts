import type { Clock } from '../../../shared/clock/Clock';
import { HOUR_MS, MINUTE_MS } from '../../../shared/clock/durations';
import type { Endpoint } from '../routes/matchRoute';

/** One request as it came. Tokens and secrets are never kept. */
export interface LoggedRequest {
  /** Unix ms on the simulator's clock. */
  readonly at: number;
  readonly method: string;
  /** Path without query, decoded once; as it came if it cannot be decoded. */
  readonly path: string;
  /** Path and query exactly as they came. */
  readonly rawUrl: string;
  readonly query: Readonly<Record<string, string>>;
  readonly endpoint: Endpoint | 'none';
  readonly hasAuthorization: boolean;
  /** From a valid token, else null. */
  readonly appId: string | null;
  /** Null until answered, and permanently if the connection ended first. */
  readonly status: number | null;
}

/** Adds to the log what is learned after the arrival. */
export interface ArrivedRequest {
  identified(appId: string): void;
  answered(status: number): void;
}

/** Figures of one endpoint since the start or the last reset. */
export interface EndpointCounters {
  readonly byStatus: Readonly<Record<string, number>>;
  /** The most requests that came in within any 60 s and any 3,600 s, among those still in the log. */
  readonly maxPerMinute: number;
  readonly maxPerHour: number;
}

const MAX_ENTRIES = 100_000;

type Entry = { -readonly [Key in keyof LoggedRequest]: LoggedRequest[Key] };

/** What came in, newest last; only the last 100,000 requests are kept. */
export class RequestLog {
  private entries: Entry[] = [];

  constructor(private readonly clock: Clock) {}

  arrived(request: Omit<LoggedRequest, 'at' | 'status' | 'appId'>): ArrivedRequest {
    const entry: Entry = { at: this.clock.now(), ...request, appId: null, status: null };
    this.entries.push(entry);
    if (this.entries.length > MAX_ENTRIES) this.entries = this.entries.slice(MAX_ENTRIES / 10);
    return {
      identified: (appId) => {
        entry.appId = appId;
      },
      answered: (status) => {
        entry.status = status;
      },
    };
  }

  list(): readonly LoggedRequest[] {
    return this.entries.map((entry) => ({ ...entry }));
  }

  counters(): Readonly<Record<string, EndpointCounters>> {
    const byEndpoint = new Map<string, Entry[]>();
    for (const entry of this.entries) {
      const seen = byEndpoint.get(entry.endpoint);
      if (seen) seen.push(entry);
      else byEndpoint.set(entry.endpoint, [entry]);
    }
    return Object.fromEntries([...byEndpoint].map(([endpoint, seen]) => [endpoint, count(seen)]));
  }

  clear(): void {
    this.entries = [];
  }
}

function count(entries: readonly Entry[]): EndpointCounters {
  const byStatus: Record<string, number> = {};
  for (const { status } of entries) {
    const key = String(status ?? 'unanswered');
    byStatus[key] = (byStatus[key] ?? 0) + 1;
  }
  const times = entries.map(({ at }) => at);
  return { byStatus, maxPerMinute: most(times, MINUTE_MS), maxPerHour: most(times, HOUR_MS) };
}

/** The most instants in any half-open interval of this length. */
function most(ascending: readonly number[], lengthMs: number): number {
  let first = 0;
  let found = 0;
  ascending.forEach((at, index) => {
    while (at - (ascending[first] ?? at) >= lengthMs) first++;
    found = Math.max(found, index - first + 1);
  });
  return found;
}
