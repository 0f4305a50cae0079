import { retryDelayMs } from '../../shared/calls/retryDelay';
import { WAIT_MS } from '../../shared/calls/waiting';
import { wakeAt } from '../../shared/calls/wakeAt';
import type { Clock, Random } from '../../shared/clock/Clock';
import type { BulkFlow, Ticket } from '../../shared/quota/Quota';
import type { QuotaKeeper } from '../../shared/quota/QuotaKeeper';
import { QuotaUnavailableError } from '../../shared/quota/QuotaUnavailableError';
import type { Admission, Job, Later, Pacer } from './Pacer';
import type { DefenderReply } from './SimulatedDefender';

const MAX_ROUNDS = 5;
const ENDPOINT = 'machine';

export interface CalendarPacerDeps {
  readonly keeper: QuotaKeeper;
  readonly clock: Clock;
  readonly random: Random;
}

/** Drives the quota's keeper as the lookups do: takes a ticket, waits out near slots, comes back for far ones. */
export class CalendarPacer implements Pacer<Ticket> {
  constructor(private readonly deps: CalendarPacerDeps) {}

  admit(job: Job<Ticket>, delivery: number): Promise<Admission<Ticket>> {
    // A repeated delivery may have used its ticket.
    const ticket = delivery > 1 ? null : job.carry;
    return this.orLater(job, () => this.find(ticket, job.hop === 0 ? 'normal' : 'retry'));
  }

  async settle(
    job: Job<Ticket>,
    ticket: Ticket,
    reply: DefenderReply,
  ): Promise<Admission<Ticket> | null> {
    if (reply.status === 200) {
      await this.deps.keeper.report(ticket, { outcome: 'answered' });
      return null;
    }
    const { retryAfterMs } = reply;
    await this.deps.keeper.report(ticket, { outcome: 'throttled', retryAfterMs });
    return this.orLater(job, () => this.find(null, 'retry'));
  }

  async admitInteractive(maxWaitMs: number): Promise<Ticket | null> {
    const { keeper, clock } = this.deps;
    const giveUpAt = clock.now() + maxWaitMs;
    try {
      for (let leftMs = maxWaitMs; leftMs > 0; leftMs = giveUpAt - clock.now()) {
        const taken = await keeper.take({
          lane: 'interactive',
          endpoint: ENDPOINT,
          maxWaitMs: leftMs,
        });
        if (taken.outcome !== 'granted') return null;
        const slot = await keeper.awaitSlot(taken.ticket, { holdMs: giveUpAt - clock.now() });
        if (slot.outcome === 'call') return taken.ticket;
        if (slot.outcome !== 'unknown') return null;
      }
      return null;
    } catch (error) {
      if (!(error instanceof QuotaUnavailableError)) throw error;
      return null;
    }
  }

  private async find(first: Ticket | null, flow: BulkFlow): Promise<Admission<Ticket>> {
    const { keeper, clock } = this.deps;
    let ticket = first;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      if (!ticket) {
        const taken = await keeper.take({
          lane: 'bulk',
          endpoint: ENDPOINT,
          flow: round === 0 ? flow : 'retry',
          expiresAt: Infinity,
          admission: 'always',
        });
        if (taken.outcome !== 'granted')
          return this.later(null, taken.outcome === 'shut' ? taken.resumeAt : 0);
        ticket = taken.ticket;
        if (taken.slotAt - clock.now() > WAIT_MS.hold) return this.later(ticket, taken.slotAt);
      }
      const slot = await keeper.awaitSlot(ticket, { holdMs: WAIT_MS.hold });
      if (slot.outcome === 'call') return { outcome: 'call', pass: ticket };
      if (slot.outcome === 'later')
        return this.later({ ...ticket, slotAt: slot.slotAt }, slot.slotAt);
      ticket = null;
    }
    return this.later(null, 0);
  }

  private async orLater(
    job: Job<Ticket>,
    find: () => Promise<Admission<Ticket>>,
  ): Promise<Admission<Ticket>> {
    try {
      return await find();
    } catch (error) {
      const delayMs = retryDelayMs(job.failures + 1, this.deps.random);
      if (!(error instanceof QuotaUnavailableError) || delayMs === null) throw error;
      return { ...this.later(null, this.deps.clock.now() + delayMs), failed: true };
    }
  }

  private later(carry: Ticket | null, resumeAt: number): Later<Ticket> {
    const now = this.deps.clock.now();
    return {
      outcome: 'later',
      at: wakeAt({ ticket: carry, resumeAt }, { now, leadMs: WAIT_MS.lead }),
      carry,
    };
  }
}
