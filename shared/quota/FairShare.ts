import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '../clock/Clock';
import type { CallResult, Quota, SlotAnswer, Ticket, TicketAnswer, TicketRequest } from './Quota';
import { TokenBuckets } from './TokenBuckets';

export interface FairShareOptions {
  readonly quota: Quota;
  readonly clock: Clock;
  /** What the interactive lane of an endpoint gives all callers together. */
  readonly maxPerMinute: number;
}

/**
 * The quota as callers over HTTP share it: of an endpoint's interactive lane one caller gets at most half, counted by
 * this process. Only Defender calls count; what the cache answers, or the queue goes on with, is free.
 */
export class FairShare implements Quota {
  private readonly callers = new AsyncLocalStorage<string>();
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
  runAs<T>(caller: string, work: () => Promise<T>): Promise<T> {
    return this.callers.run(caller, work);
  }

  async take(request: TicketRequest): Promise<TicketAnswer> {
    const caller = this.callers.getStore();
    if (request.lane === 'interactive' && caller !== undefined) {
      const waitMs = this.shares.take(`${request.endpoint} ${caller}`);
      if (waitMs > 0) return { outcome: 'noSlot', slotAt: this.options.clock.now() + waitMs };
    }
    return this.options.quota.take(request);
  }

  awaitSlot(ticket: Ticket, options: Parameters<Quota['awaitSlot']>[1]): Promise<SlotAnswer> {
    return this.options.quota.awaitSlot(ticket, options);
  }

  report(ticket: Ticket, result: CallResult): Promise<void> {
    return this.options.quota.report(ticket, result);
  }
}
