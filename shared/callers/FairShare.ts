import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '../clock/Clock';
import type {
  CallNote,
  CallResult,
  Quota,
  SlotAnswer,
  Ticket,
  TicketAnswer,
  TicketRequest,
} from '../quota/Quota';
import type { AgentTickets } from './AgentTickets';
import type { Caller, CallerKind } from './Caller';
import { TokenBuckets } from './TokenBuckets';

export interface FairShareOptions {
  readonly quota: Quota;
  readonly agents: Pick<AgentTickets, 'take'>;
  readonly clock: Clock;
  /** What the interactive lane of an endpoint grants all callers together. */
  readonly maxPerMinute: number;
}

/**
 * The quota as callers over HTTP share it: of an endpoint's interactive lane one caller gets at most half, counted by
 * this process; agents have a share for all of them. Only tickets count; what is refused, answered by the cache, or
 * continues in the queue, is free.
 */
export class FairShare implements Quota {
  private readonly callers = new AsyncLocalStorage<Caller>();
  private readonly shares: TokenBuckets;

  constructor(private readonly options: FairShareOptions) {
    const share = Math.max(1, Math.floor(options.maxPerMinute / 2));
    this.shares = new TokenBuckets({
      clock: options.clock,
      capacity: share,
      refillPerMinute: share,
    });
  }

  /** All interactive tickets that `work` takes count against `caller`. */
  runAs<T>(caller: Caller, work: () => Promise<T>): Promise<T> {
    return this.callers.run(caller, work);
  }

  /** Of the caller that the work at hand is for; `regular` for none. */
  callerKind(): CallerKind {
    return this.callers.getStore()?.kind ?? 'regular';
  }

  async take(request: TicketRequest): Promise<TicketAnswer> {
    const caller = this.callers.getStore();
    if (request.lane !== 'interactive' || caller === undefined)
      return this.options.quota.take(request);
    if (caller.kind === 'agent') return this.options.agents.take(request);
    const share = `${request.endpoint} ${caller.id}`;
    const waitMs = this.shares.take(share);
    if (waitMs > 0) return { outcome: 'noSlot', slotAt: this.options.clock.now() + waitMs };
    let isGranted = false;
    try {
      const answer = await this.options.quota.take(request);
      isGranted = answer.outcome === 'granted';
      return answer;
    } finally {
      if (!isGranted) this.shares.giveBack(share);
    }
  }

  awaitSlot(ticket: Ticket, options: Parameters<Quota['awaitSlot']>[1]): Promise<SlotAnswer> {
    return this.options.quota.awaitSlot(ticket, options);
  }

  report(ticket: Ticket, result: CallResult): Promise<CallNote> {
    return this.options.quota.report(ticket, result);
  }
}
