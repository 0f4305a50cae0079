import type { EndpointId } from '../defender/endpointIds';

/** Fixed bulk flows of a calendar; weights decide who is served how often. */
export const BULK_FLOWS = ['retry', 'http', 'high', 'normal', 'low', 'inventory'] as const;
export type BulkFlow = (typeof BULK_FLOWS)[number];

/**
 * A place in an endpoint's calendar. Worth at most one Defender call. Its time is a pure function of
 * the calendar, never earlier than promised; a ticket of another epoch is unknown.
 */
export type Ticket = {
  readonly endpoint: EndpointId;
  readonly epoch: string;
  readonly ordinal: number;
  /** The calendar's last write when it was taken, and the slot that its holder last knew (Unix ms, both). */
  readonly asOf?: number | undefined;
  readonly slotAt?: number | undefined;
} & ({ readonly lane: 'bulk'; readonly flow: BulkFlow } | { readonly lane: 'interactive' });

/** Why an endpoint is closed, since when (Unix ms), and how often in a row it failed. */
export interface Breaker {
  readonly why: 'forbidden' | 'unauthorized' | 'failing';
  readonly since: number;
  readonly failures: number;
}

export type TicketRequest =
  | {
      readonly lane: 'bulk';
      readonly endpoint: EndpointId;
      readonly flow: BulkFlow;
      /** Last instant at which the lookup may still be answered (Unix ms). */
      readonly expiresAt: number;
      /**
       * Calls the lookup may still need of this endpoint, this one included: a new lookup needs a slot well inside its
       * age. Work begun is only refused a slot past `expiresAt`.
       */
      readonly admission: { readonly callsLeft: number } | 'always';
      /** Whether several lookups wait for this ticket: it hardly waits for others to share its write. Default: false. */
      readonly isForMany?: boolean;
    }
  | {
      readonly lane: 'interactive';
      readonly endpoint: EndpointId;
      /** Null: no ticket is wanted, only the time of the next slot. */
      readonly maxWaitMs: number | null;
      /** Whether the lane's last permits are not for it. Default: false. */
      readonly isForAgent?: boolean;
    };

export type TicketAnswer =
  | { readonly outcome: 'granted'; readonly ticket: Ticket; readonly slotAt: number }
  /** Bulk: the slot would come too late for the lookup's age; no ticket was taken. */
  | { readonly outcome: 'wouldExpire'; readonly slotAt: number }
  /** Interactive: no slot within `maxWaitMs`; `slotAt` is the next one. */
  | { readonly outcome: 'noSlot'; readonly slotAt: number }
  /** The endpoint refuses our rights (bulk: for longer than `DENIED_AFTER_MS`; interactive and `http`: at all). */
  | { readonly outcome: 'denied'; readonly breaker: Breaker }
  /** Bulk, one calendar for all endpoints: this endpoint is broken; ask again at `until`, without a ticket. */
  | { readonly outcome: 'shut'; readonly resumeAt: number };

export type SlotAnswer =
  /** It is time: call now, once. */
  | { readonly outcome: 'call' }
  /** The slot is more than the hold away: come back at `slotAt`. */
  | { readonly outcome: 'later'; readonly slotAt: number }
  /** The ticket is of an old epoch, already past its use window, or dropped: take a new one in flow `retry`. */
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'denied'; readonly breaker: Breaker };

/**
 * What Defender said to the call that a ticket paid for. `answered`: any answer to the question, a 404 or 400 too.
 * `unauthorized`: a 401 to a fresh token; the first 401 is not reported. `failed`: 5xx, timeout, garbage. `forbidden`: our
 * rights do not suffice; `refused`: a 403 although they do, to a `question` that is the same for the same call.
 */
export type CallResult =
  | { readonly outcome: 'answered' }
  | { readonly outcome: 'throttled'; readonly retryAfterMs: number | null }
  | { readonly outcome: 'forbidden' | 'unauthorized' | 'failed' }
  | { readonly outcome: 'refused'; readonly question: string };

/** What there is to know after a call. Unix ms. */
export interface CallNote {
  readonly at: number;
  /** When the endpoint last answered any process, as far as this one knows; 0: never. */
  readonly answeredAt: number;
  /** No call before this. */
  readonly closedUntil: number;
}

/** The shared allowance of Defender calls: who may call when. One calendar per endpoint, however many processes. */
export interface Quota {
  /** Takes a ticket. Concurrent requests of one process share a write. @throws {QuotaUnavailableError} store down. */
  take(request: TicketRequest): Promise<TicketAnswer>;
  /**
   * Settles whether the ticket's holder may call. Waits in place while the slot is at most `holdMs` away.
   * @throws {QuotaUnavailableError} store down and no fresh enough image.
   */
  awaitSlot(
    ticket: Ticket,
    options: { readonly holdMs: number; readonly signal?: AbortSignal },
  ): Promise<SlotAnswer>;
  /** Reports the answer to a call, and never throws: throttling cools the endpoint for all, failures work the breaker. */
  report(ticket: Ticket, result: CallResult): Promise<CallNote>;
}
