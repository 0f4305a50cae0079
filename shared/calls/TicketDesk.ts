import type { Clock } from '../clock/Clock';
import type { AppConfig } from '../config/AppConfig';
import { cacheTimeOf } from '../defender/cacheTimes';
import type { DefenderQuery } from '../defender/DefenderQuery';
import { queryKey } from '../defender/endpoints';
import type { CallLeases } from './CallLeases';
import type { LeasedCall } from './CallLeaseStore';
import type { Quota, Ticket, TicketAnswer, TicketRequest } from '../quota/Quota';

/** The lookup that wants a ticket, by its messages. */
export interface TicketHolder {
  /** MessageId of the work message that would carry the ticket on. */
  readonly owner: string;
  /** MessageId of the work message being handled; null for a lookup just taken in. */
  readonly deliveredAs: string | null;
  /** Whether it has waited for another lookup's equal call. */
  readonly isWaiting: boolean;
}

export type DeskAnswer =
  | TicketAnswer
  /** An earlier delivery took this ticket: its message goes out again, which is dropped if it did before. */
  | { readonly outcome: 'resend'; readonly ticket: Ticket; readonly slotAt: number }
  /** Another lookup makes the same call: look in the cache at `wakeAt`. */
  | { readonly outcome: 'waiter'; readonly wakeAt: number };

export interface TicketDeskDeps {
  readonly quota: Pick<Quota, 'take'>;
  readonly leases: CallLeases;
  readonly clock: Clock;
  readonly cacheTtlMs: AppConfig['cacheTtlMs'];
}

/** Takes tickets, but one only for equal calls that have to wait. */
export class TicketDesk {
  constructor(private readonly deps: TicketDeskDeps) {}

  /** The first ticket of a delivery. @throws {QuotaUnavailableError} */
  async take(
    query: DefenderQuery,
    request: TicketRequest,
    { owner, isWaiting }: TicketHolder,
  ): Promise<DeskAnswer> {
    const { quota, leases } = this.deps;
    const call = this.claimable(query, request);
    if (!call) return quota.take(request);
    const claimant = { owner, request };
    const claimed = await (isWaiting
      ? leases.resume(call, claimant)
      : leases.claim(call, claimant));
    if (claimed.outcome === 'resend' || claimed.outcome === 'waiter') return claimed;
    const taken = await quota.take(request);
    if (claimed.outcome === 'free') return taken;
    if (taken.outcome === 'granted') {
      await leases.record(claimed.held, taken.ticket, taken.slotAt);
    } else await leases.release(claimed.held);
    return taken;
  }

  /** Another ticket for a call whose ticket was of no use. @throws {QuotaUnavailableError} */
  async replaceTicket(
    query: DefenderQuery,
    request: TicketRequest,
    holder: TicketHolder,
  ): Promise<TicketAnswer> {
    const taken = await this.deps.quota.take(request);
    if (taken.outcome === 'granted')
      await this.noteNewSlot(query, taken.ticket, taken.slotAt, holder);
    return taken;
  }

  /** The call continues in the next message: records its slot for those waiting. Never fails. */
  async noteNewSlot(
    query: DefenderQuery,
    ticket: Ticket,
    slotAt: number,
    { owner, deliveredAs }: TicketHolder,
  ): Promise<void> {
    const call = this.claimable(query, ticket);
    if (call && deliveredAs !== null) {
      await this.deps.leases.renew(call, deliveredAs, { owner, ticket, slotAt });
    }
  }

  /** Null where another's answer cannot be found, or may not be waited for. */
  private claimable(query: DefenderQuery, { lane }: Pick<Ticket, 'lane'>): LeasedCall | null {
    const { cacheTtlMs, clock } = this.deps;
    const ttlMs = cacheTtlMs[cacheTimeOf(query, clock.now())];
    if (lane === 'interactive' || ttlMs === 0) return null;
    return { endpoint: query.endpoint, key: queryKey(query) };
  }
}
