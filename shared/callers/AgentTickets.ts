import type { Clock } from '../clock/Clock';
import { HOUR_MS, MINUTE_MS } from '../clock/durations';
import type { EndpointId } from '../defender/endpointIds';
import type { Allowance } from '../quota/CalendarStatus';
import type { Quota, TicketAnswer, TicketRequest } from '../quota/Quota';
import { StorageUnavailableError } from '../storage/StorageUnavailableError';
import { AgentRow } from './AgentRow';
import type { AgentNote, AgentRowStore } from './AgentRowStore';

export interface AgentTicketsOptions {
  readonly quota: Pick<Quota, 'take'>;
  readonly store: AgentRowStore;
  /** The row that counts for the endpoint. */
  readonly rowOf: (endpoint: EndpointId) => string;
  readonly clock: Clock;
  /** What all agents may take of an endpoint's interactive lane. */
  readonly maxPerMinute: number;
  readonly maxPerHour: number;
}

/** What agents took of an endpoint's interactive lane, and have left if people need none of it. */
export interface AgentAllowance {
  readonly minute: Allowance;
  readonly hour: Allowance;
}

interface Taken {
  /** Null: not before `until`. */
  readonly takenAt: number | null;
  readonly until: number;
}

type InteractiveRequest = Extract<TicketRequest, { readonly lane: 'interactive' }>;

/** A slot further away would stand in front of a person's. */
const MAX_WAIT_MS = 250;
/** While storage does not answer, or others are faster. */
const RETRY_MS = 5_000;
/** The longest that this process relies on what the calendar answered. */
const TRUST_MS = 30_000;

/**
 * The interactive lane as agents have it, below people: so many tickets of an endpoint for the agents of all processes
 * together, only for slots that are now, and none of the lane's last. Without storage there are none.
 */
export class AgentTickets {
  private readonly rows = new Map<string, AgentRow>();
  /** Until when there is nothing for agents, as far as this process knows: a runaway agent reads nothing. */
  private readonly closedUntil = new Map<string, number>();

  constructor(private readonly options: AgentTicketsOptions) {}

  /** @throws {QuotaUnavailableError} as the quota does. */
  async take(request: InteractiveRequest): Promise<TicketAnswer> {
    const { quota, clock, rowOf } = this.options;
    const { maxWaitMs } = request;
    const own = { ...request, isForAgent: true };
    if (maxWaitMs === null) return quota.take(own);
    const row = rowOf(request.endpoint);
    const takenAt = await this.note(row);
    if (takenAt === null) return { outcome: 'noSlot', slotAt: this.closedUntilOf(row) };
    let isGranted = false;
    try {
      const answer = await quota.take({ ...own, maxWaitMs: Math.min(maxWaitMs, MAX_WAIT_MS) });
      isGranted = answer.outcome === 'granted';
      if (answer.outcome === 'noSlot')
        this.closedUntil.set(row, Math.min(answer.slotAt, clock.now() + TRUST_MS));
      return answer;
    } finally {
      if (!isGranted) await this.giveBack(row, takenAt);
    }
  }

  /** Of all processes, freshly read. @throws {StorageUnavailableError} */
  async allowanceOf(endpoint: EndpointId): Promise<AgentAllowance> {
    const { store, rowOf, clock, maxPerMinute, maxPerHour } = this.options;
    const { notes } = await store.read(rowOf(endpoint));
    const now = clock.now();
    const allowance = (limit: number, spanMs: number): Allowance => {
      const within = notes?.filter(({ at }) => at > now - spanMs);
      const used = within?.reduce((sum, { count }) => sum + count, 0) ?? limit;
      return { limit, used, left: Math.max(0, limit - used) };
    };
    return { minute: allowance(maxPerMinute, MINUTE_MS), hour: allowance(maxPerHour, HOUR_MS) };
  }

  /** Notes a ticket. Null: there is none for agents. */
  private async note(row: string): Promise<number | null> {
    const { clock } = this.options;
    if (this.closedUntilOf(row) > clock.now()) return null;
    try {
      const result = await this.rowFor(row).change<Taken>((notes, now) => {
        // Others of this process were asked first, and the calendar's answer may have come since.
        const until = Math.max(this.freeAt(notes, now), this.closedUntilOf(row));
        if (until > now) return { notes: null, result: { takenAt: null, until } };
        const kept = notes.filter(({ at }) => at > now - HOUR_MS);
        return {
          notes: [...kept, { at: now, count: 1, requestId: null }],
          result: { takenAt: now, until: now },
        };
      });
      if (result?.takenAt == null)
        this.closedUntil.set(row, result?.until ?? clock.now() + RETRY_MS);
      return result?.takenAt ?? null;
    } catch (error) {
      if (!(error instanceof StorageUnavailableError)) throw error;
      this.closedUntil.set(row, clock.now() + RETRY_MS);
      return null;
    }
  }

  /** When agents may take one more; now or before: at once. */
  private freeAt(notes: readonly AgentNote[], now: number): number {
    const { maxPerMinute, maxPerHour } = this.options;
    return Math.max(
      freeAt(notes, now, { limit: maxPerMinute, spanMs: MINUTE_MS }),
      freeAt(notes, now, { limit: maxPerHour, spanMs: HOUR_MS }),
    );
  }

  /** Never fails: what stays noted is over in an hour. */
  private async giveBack(row: string, takenAt: number): Promise<void> {
    try {
      await this.rowFor(row).change((notes) => {
        const index = notes.findLastIndex(({ at }) => at === takenAt);
        return { notes: index < 0 ? null : notes.toSpliced(index, 1), result: null };
      });
    } catch (error) {
      if (!(error instanceof StorageUnavailableError)) throw error;
    }
  }

  /** An instant further away is of a clock that has been set back since. */
  private closedUntilOf(row: string): number {
    const until = this.closedUntil.get(row) ?? 0;
    return until > this.options.clock.now() + HOUR_MS ? 0 : until;
  }

  private rowFor(name: string): AgentRow {
    const { store, clock, maxPerHour: full } = this.options;
    const row = this.rows.get(name) ?? new AgentRow({ store, row: name, clock, full });
    this.rows.set(name, row);
    return row;
  }
}

/** When the window has room for one more, if nothing else is taken. */
export function freeAt(
  notes: readonly AgentNote[],
  now: number,
  { limit, spanMs }: { readonly limit: number; readonly spanMs: number },
  wanted = 1,
): number {
  if (limit < wanted) return now + spanMs;
  const within = notes.filter(({ at }) => at > now - spanMs).toSorted((a, b) => a.at - b.at);
  let used = within.reduce((sum, { count }) => sum + count, 0);
  let at = now;
  for (const oldest of within) {
    if (used + wanted <= limit) break;
    used -= oldest.count;
    at = oldest.at + spanMs;
  }
  return at;
}
