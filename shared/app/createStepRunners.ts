import type { Batches } from '../batches/Batches';
import { SingleFlight } from '../cache/SingleFlight';
import type { StepResult } from '../calls/Progress';
import type { Postponed } from '../calls/StepAttempt';
import { StepRunner } from '../calls/StepRunner';
import { TicketDesk } from '../calls/TicketDesk';
import { WAIT_MS } from '../calls/waiting';
import type { DefenderClient } from '../defender/DefenderClient';
import type { SharedQuota } from './createQuota';
import type { Stores } from './createStores';
import type { Foundation } from './Foundation';

export interface StepRunners {
  /** For the work queue: a slot that is not near is left to another delivery. */
  readonly queued: StepRunner;
  /** Holds a ticket for as long as a caller waits. */
  readonly interactive: StepRunner;
  /** Takes tickets and leaves all calls to the work queue. */
  readonly ticketsOnly: StepRunner;
}

/** The same steps for all who ask; they differ in how long a slot is waited for. */
export function createStepRunners(
  { config, clock, random, logger }: Foundation,
  { answers }: Stores,
  { fairShare: quota, leases }: SharedQuota,
  defender: DefenderClient,
  batches: Batches,
): StepRunners {
  const { cacheTtlMs } = config;
  const { deniedAfterMs } = config.lookups;
  const deps = {
    quota,
    defender,
    answers,
    cacheTtlMs,
    deniedAfterMs,
    clock,
    random,
    logger,
    batches,
    desk: new TicketDesk({ quota, leases, clock, cacheTtlMs }),
    inFlight: new SingleFlight<StepResult | Postponed>(),
  };
  const callerHoldMs = config.quota.interactive.maxWaitMs + WAIT_MS.slotSlack;
  return {
    queued: new StepRunner({ ...deps, hold: { kind: 'upTo', ms: WAIT_MS.hold } }),
    interactive: new StepRunner({ ...deps, hold: { kind: 'upTo', ms: callerHoldMs } }),
    // Separate flights: a run that only takes a ticket has no answer to share.
    ticketsOnly: new StepRunner({
      ...deps,
      hold: { kind: 'none' },
      inFlight: new SingleFlight(),
    }),
  };
}
