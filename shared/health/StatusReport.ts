import type { ActivityNotes } from '../activity/ActivityNotes';
import { lastHour, lastRecords, type LastHour } from '../activity/lastHour';
import type { RecentLookup } from '../activity/RecentLookup';
import type { ListId } from '../batches/batchQuery';
import type { BatchStatus, BatchStatuses } from '../batches/batchStatus';
import type { CountingCache } from '../cache/CountingCache';
import type { AgentAllowance } from '../callers/AgentTickets';
import type { Clock } from '../clock/Clock';
import { ENDPOINT_IDS, type EndpointId } from '../defender/endpointIds';
import type { InventoryRun } from '../inventory/run/InventoryRun';
import type { QueueDepth, QueueDepths } from '../messaging/QueueDepths';
import type { CalendarStatus } from '../quota/CalendarStatus';
import type { PlannedSlot } from '../quota/calendar/Plan';
import { answered } from './answered';
import { callsAhead, type CallsAhead } from './callsAhead';
import { codeOf } from './codeOf';
import type { TokenReport } from './tokenReport';

export interface StatusReportDeps {
  /** @throws {QuotaUnavailableError} */
  readonly calendar: (endpoint: EndpointId) => Promise<CalendarStatus>;
  /** @throws {StorageUnavailableError} */
  readonly agents: (endpoint: EndpointId) => Promise<AgentAllowance>;
  readonly depths: QueueDepths;
  readonly queues: readonly string[];
  readonly cache: CountingCache['counts'];
  /** @throws {QuotaUnavailableError} */
  readonly batches: () => Promise<BatchStatuses>;
  readonly activity: Pick<ActivityNotes, 'own' | 'parts'>;
  /** The oldest first. @throws {StorageUnavailableError} */
  readonly inventoryRuns: () => Promise<readonly InventoryRun[]>;
  readonly token: () => TokenReport | null;
  readonly quotaScope: 'endpoint' | 'application';
  readonly warnings: readonly string[];
  readonly clock: Clock;
}

/** What an operator wants to know. Instants are ISO 8601. A part that could not be read is null and under `unreadable`. */
export interface Status {
  readonly asOf: string;
  /** What the settings have odd about them. */
  readonly warnings: readonly string[];
  readonly quotaScope: 'endpoint' | 'application';
  readonly endpoints: Readonly<Record<EndpointId, EndpointStatus | null>>;
  /** When the calls that wait will be made, those of all endpoints together; of unreadable calendars none. */
  readonly ahead: CallsAhead;
  /** By name; of a topic null. */
  readonly queues: Readonly<Record<string, QueueDepth | null>>;
  /** The token for Defender of the process that answers; null before the first. */
  readonly token: TokenReport | null;
  /** Of the process that answers. */
  readonly cache: ReturnType<CountingCache['counts']>;
  /** How questions share calls. */
  readonly batches: Readonly<Record<ListId, ReturnType<typeof toBatches>>> | null;
  /** Of all processes. */
  readonly lastHour: LastHour | null;
  /** Of all processes, the newest first; of the one that answers while `lastHour` cannot be read. */
  readonly recentLookups: readonly RecentLookup[];
  readonly lastInventory: InventoryStatus | null;
  readonly unreadable: readonly { readonly part: string; readonly code: string }[];
}

export type EndpointStatus = ReturnType<typeof toEndpoint>;
export type InventoryStatus = ReturnType<typeof toInventory>;

/** Reads everything at once; what does not answer does not take the rest with it. */
export class StatusReport {
  constructor(private readonly deps: StatusReportDeps) {}

  /** Never rejects. */
  async read(): Promise<Status> {
    const { calendar, agents, depths, queues, inventoryRuns, activity, clock } = this.deps;
    const [calendars, shares, waiting, runs, batches, done] = await Promise.all([
      Promise.all(ENDPOINT_IDS.map((id) => this.part(`endpoints.${id}`, () => calendar(id)))),
      Promise.all(ENDPOINT_IDS.map((id) => this.part(`agents.${id}`, () => agents(id)))),
      Promise.all(queues.map((name) => this.part(`queues.${name}`, () => depths.read(name)))),
      this.part('lastInventory', inventoryRuns),
      this.part('batches', this.deps.batches),
      this.part('lastHour', () => activity.parts()),
    ]);
    const endpoints = ENDPOINT_IDS.map((id, index) => {
      const status = calendars[index]?.value;
      const share = shares[index]?.value ?? null;
      return [id, status ? toEndpoint(id, status, share) : null] as const;
    });
    const run = runs.value?.at(-1);
    const now = clock.now();
    return {
      asOf: iso(now),
      warnings: this.deps.warnings,
      quotaScope: this.deps.quotaScope,
      // Every id is there.
      endpoints: Object.fromEntries(endpoints) as Status['endpoints'],
      ahead: callsAhead(this.plannedOf(calendars), now),
      queues: Object.fromEntries(
        queues.map((name, index) => [name, waiting[index]?.value ?? null]),
      ),
      token: this.deps.token(),
      cache: this.deps.cache(),
      batches: batches.value && {
        machines: toBatches(batches.value.machines),
        alerts: toBatches(batches.value.alerts),
      },
      lastHour: done.value && lastHour(done.value, now),
      recentLookups: lastRecords(done.value ?? [activity.own()]),
      lastInventory: run ? toInventory(run) : null,
      unreadable: [...calendars, ...shares, ...waiting, runs, batches, done]
        .flatMap(({ name, code }) => (code === null ? [] : [{ part: name, code }]))
        .toSorted((a, b) => a.part.localeCompare(b.part)),
    };
  }

  private plannedOf(calendars: readonly Part<CalendarStatus>[]): readonly PlannedSlot[] {
    const isShared = this.deps.quotaScope === 'application';
    // They are then the same calendar, read once for each endpoint.
    const distinct = isShared
      ? calendars.filter(({ value }) => value !== null).slice(0, 1)
      : calendars;
    return distinct.flatMap(({ value }) => value?.planned ?? []);
  }

  private part<T>(name: string, ask: () => Promise<T>): Promise<Part<T>> {
    return answered(this.deps.clock, ask).then(
      (value) => ({ name, value, code: null }),
      (error: unknown) => ({ name, value: null, code: codeOf(error) }),
    );
  }
}

/** Read, or the code of what is wrong. */
interface Part<T> {
  readonly name: string;
  readonly value: T | null;
  readonly code: string | null;
}

function toEndpoint(id: EndpointId, status: CalendarStatus, agents: AgentAllowance | null) {
  const { minute, hour, reserve, callsPerMinute, nextSlotAt, coolDown, breakers } = status;
  const { outstanding, throttles, lastThrottledAt, pending } = status;
  return {
    minute,
    hour,
    reserve,
    agents,
    callsPerMinute,
    nextSlotAt: { interactive: iso(nextSlotAt.interactive), normal: iso(nextSlotAt.normal) },
    coolDown: coolDown && { until: iso(coolDown.until), why: coolDown.why },
    breaker: breakers[id]?.why ?? null,
    waiting: outstanding,
    pendingSettings: pending,
    throttles,
    lastThrottledAt: lastThrottledAt === null ? null : iso(lastThrottledAt),
  };
}

function toBatches({ off, ...status }: BatchStatus) {
  return { ...status, off: off && { why: off.why, until: iso(off.until) } };
}

function toInventory(run: InventoryRun) {
  const { runId, status, machines, calls, throttled, waits, reasonCode, warnings } = run;
  return {
    runId,
    status,
    slot: iso(run.slotAt),
    startedAt: iso(run.startedAt),
    completedAt: run.completedAt === null ? null : iso(run.completedAt),
    nextAt: status === 'running' ? iso(run.nextAt) : null,
    machines,
    calls,
    throttled,
    waits,
    reasonCode,
    warnings,
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
