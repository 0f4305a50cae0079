import type { Clock } from '../clock/Clock';
import { MINUTE_MS } from '../clock/durations';
import { StorageUnavailableError } from '../storage/StorageUnavailableError';
import { DEFAULT_TIMING } from '../quota/calendar/CalendarConfig';
import type { LeasedCall, CallLeaseStore, StoredLease } from './CallLeaseStore';
import type { Ticket, TicketRequest } from '../quota/Quota';
import { QuotaUnavailableError } from '../quota/QuotaUnavailableError';

/** What claims need to know of the calendars. */
export interface SlotForecast {
  /** About when a ticket taken now would come, by what this process last saw. @throws {QuotaUnavailableError} */
  forecast(request: TicketRequest): Promise<number>;
  /** When the ticket may be used; null: never (again). @throws {QuotaUnavailableError} */
  slotOf(ticket: Ticket): Promise<number | null>;
}

/** The right to make a call for all who want it. */
export interface HeldLease {
  readonly call: LeasedCall;
  readonly claim: StoredLease;
}

export type LeaseAnswer =
  /** No claim is needed, or none can be made: take a ticket and continue. */
  | { readonly outcome: 'free' }
  /** This call is yours to make: take a ticket, `record` it (or `release` the claim if there is none), send the message. */
  | { readonly outcome: 'owner'; readonly held: HeldLease }
  /** An earlier delivery got as far as this ticket: send its message again, which is dropped if it was sent, and end. */
  | { readonly outcome: 'resend'; readonly ticket: Ticket; readonly slotAt: number }
  /** Another lookup makes the call: come back at `wakeAt` without a ticket, look in the cache, then `resume`. */
  | { readonly outcome: 'waiter'; readonly wakeAt: number };

export interface LeaseOptions {
  /** MessageId of the work message that would carry the ticket. */
  readonly owner: string;
  /** How the ticket would be asked for. */
  readonly request: TicketRequest;
}

export interface CallLeasesDeps {
  readonly store: CallLeaseStore;
  readonly slots: SlotForecast;
  readonly clock: Clock;
  /** Slots nearer than this are waited for in place: such calls are not claimed. */
  readonly holdMs: number;
}

/** The owner calls within this time after its slot, as the calendar allows no later. */
const USE_WINDOW_MS = DEFAULT_TIMING.useWindowMs;
/** After that, the time it may take until its answer can be found. */
const ANSWER_MS = 30_000;
/** An owner has its ticket by then, having waited for others to share the write. */
const TAKING_MS = 3_000;
/** An owner that has not got a ticket by then is dead. */
const DEAD_MS = MINUTE_MS;

/**
 * Makes equal calls once across processes while calls have to wait: the first lookup that wants one claims it and takes
 * the ticket, the others schedule themselves after its slot and find the answer in the cache. Only an economy: while
 * the store fails, each lookup makes its own call.
 */
export class CallLeases {
  constructor(private readonly deps: CallLeasesDeps) {}

  /** Before a ticket is taken, by a lookup that has not waited for another yet. */
  async claim(call: LeasedCall, claimant: LeaseOptions): Promise<LeaseAnswer> {
    const { slots, clock, holdMs } = this.deps;
    return this.orFree(async () => {
      const isNear = (await slots.forecast(claimant.request)) - clock.now() <= holdMs;
      if (isNear) return { outcome: 'free' };
      const made = await this.insert(call, claimant);
      return made ?? this.join(call, claimant, true);
    });
  }

  /** On waking after another's slot, when its answer is not in the cache. */
  async resume(call: LeasedCall, claimant: LeaseOptions): Promise<LeaseAnswer> {
    // It has the next slot by now, as work begun is finished first; for that alone it would overtake every owner.
    return this.orFree(() => this.join(call, claimant, false));
  }

  /** Writes the owner's ticket into its claim, before the message that carries it is sent. Never fails. */
  async record({ call, claim }: HeldLease, ticket: Ticket, slotAt: number): Promise<void> {
    await this.orFree(() =>
      this.deps.store.replace(call, { owner: claim.owner, ticket, slotAt }, claim.etag),
    );
  }

  /** The owner gets no ticket: the next lookup asks for itself, without waiting. Never fails. */
  async release({ call, claim }: HeldLease): Promise<void> {
    const dead = { owner: claim.owner, ticket: null, slotAt: 0 };
    await this.orFree(() => this.deps.store.replace(call, dead, claim.etag));
  }

  /** The owner's message `owner` continues as `nextOwner`, with the same or another ticket. Never fails. */
  async renew(
    call: LeasedCall,
    owner: string,
    next: { readonly owner: string; readonly ticket: Ticket; readonly slotAt: number },
  ): Promise<void> {
    await this.orFree(async () => {
      const claim = await this.deps.store.read(call);
      if (claim?.owner === owner) await this.deps.store.replace(call, next, claim.etag);
    });
  }

  /** Joins the existing claim, or makes one, unless it vanishes and reappears meanwhile. */
  private async join(
    call: LeasedCall,
    claimant: LeaseOptions,
    mayOvertake: boolean,
  ): Promise<LeaseAnswer> {
    const claim = await this.readWithTicket(call);
    if (!claim) return (await this.insert(call, claimant)) ?? { outcome: 'free' };
    if (claim.owner === claimant.owner) return resumeOwn(call, claim);
    const wakeAt = await this.wakeBehind(claim, mayOvertake ? claimant.request : null);
    if (wakeAt !== null) return { outcome: 'waiter', wakeAt };
    const mine = this.claimOf(claimant);
    const replaced = await this.deps.store.replace(call, mine, claim.etag);
    if (replaced) return { outcome: 'owner', held: { call, claim: replaced } };
    // Another lookup claimed it first and has its ticket soon.
    return { outcome: 'waiter', wakeAt: mine.slotAt + this.deps.holdMs };
  }

  /** The time to come back is known only from the owner's ticket. */
  private async readWithTicket(call: LeasedCall): Promise<StoredLease | null> {
    const { store, clock } = this.deps;
    const claim = await store.read(call);
    const isTaking = claim?.ticket === null && clock.now() < claim.slotAt + DEAD_MS;
    if (!isTaking) return claim;
    await clock.sleep(TAKING_MS);
    return store.read(call);
  }

  private async insert(call: LeasedCall, claimant: LeaseOptions): Promise<LeaseAnswer | null> {
    const claim = await this.deps.store.insert(call, this.claimOf(claimant));
    return claim && { outcome: 'owner', held: { call, claim } };
  }

  private claimOf({ owner }: LeaseOptions): { owner: string; ticket: null; slotAt: number } {
    return { owner, ticket: null, slotAt: this.deps.clock.now() };
  }

  /** When to come back; null: the owner is gone, or too much later than `overtaking` to wait for. */
  private async wakeBehind(
    { ticket, slotAt: claimedAt }: StoredLease,
    overtaking: TicketRequest | null,
  ): Promise<number | null> {
    const { slots, clock, holdMs } = this.deps;
    if (ticket === null) {
      const deadAt = claimedAt + DEAD_MS;
      return clock.now() >= deadAt ? null : deadAt;
    }
    const slotAt = await slots.slotOf(ticket);
    const now = clock.now();
    if (slotAt === null || now >= slotAt + USE_WINDOW_MS + ANSWER_MS) return null;
    if (overtaking && (await slots.forecast(overtaking)) + holdMs < slotAt) return null;
    return now < slotAt + USE_WINDOW_MS
      ? slotAt + USE_WINDOW_MS
      : slotAt + USE_WINDOW_MS + ANSWER_MS;
  }

  private async orFree<T>(attempt: () => Promise<T>): Promise<T | { readonly outcome: 'free' }> {
    try {
      return await attempt();
    } catch (error) {
      const isTrouble =
        error instanceof StorageUnavailableError || error instanceof QuotaUnavailableError;
      if (!isTrouble) throw error;
      return { outcome: 'free' };
    }
  }
}

function resumeOwn(call: LeasedCall, claim: StoredLease): LeaseAnswer {
  const { ticket, slotAt } = claim;
  return ticket === null
    ? { outcome: 'owner', held: { call, claim } }
    : { outcome: 'resend', ticket, slotAt };
}
