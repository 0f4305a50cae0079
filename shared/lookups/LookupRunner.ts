import type { Clock, Random } from '../clock/Clock';
import { workMessageId, type Delivery } from '../messaging/ids';
import { MessageRefusedError } from '../messaging/MessageRefusedError';
import type { QueueSender } from '../messaging/QueueSender';
import type { BulkFlow, TicketRequest } from '../quota/Quota';
import { StorageUnavailableError } from '../storage/StorageUnavailableError';
import type { Logger } from '../telemetry/Logger';
import { lookupWaiting } from '../telemetry/events';
import { concludeLookup, type ConclusionSettings } from './concludeLookup';
import type { PlanSettings } from '../kinds/Kind';
import { callsLeft, nextStep } from './plans';
import type { Reason } from '../errors/Reason';
import type { Progress, UnansweredStep } from '../calls/Progress';
import type { RecordPublisher } from './RecordPublisher';
import { endlessRetryDelayMs } from '../calls/retryDelay';
import { FIRST_TRIAL, type Postponed, type TrialState } from '../calls/StepAttempt';
import type { StepRunner } from '../calls/StepRunner';
import { expiredReasons, tooLargeReason } from '../calls/stepReasons';
import { STEP_ENDPOINTS, type PlannedStep, type StepName } from '../calls/steps';
import type { TicketHolder } from '../calls/TicketDesk';
import { wakeAt } from '../calls/wakeAt';
import type { LookupEnd } from './LookupEnd';
import type { LookupWork } from './Work';
import type { WorkCodec } from './WorkCodec';
import { withinLookup } from './withinLookup';

export interface LookupSettings extends PlanSettings, ConclusionSettings {
  /** How long before its slot a waiting lookup is woken. */
  readonly leadMs: number;
}

export interface LookupRunnerDeps {
  readonly steps: Pick<StepRunner, 'run'>;
  readonly codec: Pick<WorkCodec, 'encode'>;
  readonly lookups: QueueSender;
  readonly publisher: Pick<RecordPublisher, 'postponed' | 'publish'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly settings: LookupSettings;
}

/** A lookup as it stands at the start of a delivery. */
export type LookupState = Omit<LookupWork, 'type' | 'step'> & {
  /** The step that the delivered message was about; null for a lookup just taken in. */
  readonly step: LookupWork['step'] | null;
  /** A lookup just taken in may still be refused for its age; work begun is finished first. */
  readonly isNew: boolean;
  /** The message that brought a new lookup; null for one that came over HTTP, and for work. */
  readonly delivery: Delivery | null;
  /** Whether its message was delivered before: what was refused then may be refused for long. Default: false. */
  readonly isRedelivered?: boolean;
  /** The flow that a lookup just taken in waits in, whatever was found so far. Default: its caller's or priority's. */
  readonly flow?: BulkFlow;
};

/**
 * Takes a lookup as far as it gets in one delivery: step by step until its record is published, or until a step has to
 * wait, which is a message scheduled for its slot. Ids are functions of the lookup, so a repeated delivery changes
 * nothing that can be seen.
 */
export class LookupRunner {
  constructor(private readonly deps: LookupRunnerDeps) {}

  /**
   * @throws {StorageUnavailableError} work taken from the queue could not be kept: put that message off.
   * @throws {BrokerUnreachableError} the delivery has to be repeated.
   */
  run(start: LookupState, deadlineAt: number): Promise<LookupEnd> {
    return withinLookup(this.deps.logger, start.lookup, () => this.begin(start, deadlineAt));
  }

  private async begin(start: LookupState, deadlineAt: number): Promise<LookupEnd> {
    try {
      return await this.advance(start, deadlineAt);
    } catch (error) {
      const first = nextStep(start.lookup, [], this.deps.settings);
      if (!(error instanceof StorageUnavailableError && start.isNew && first)) throw error;
      const resumeAt = this.deps.clock.now() + endlessRetryDelayMs(1, this.deps.random);
      const later = { ...FIRST_TRIAL, outcome: 'postponed', resumeAt, failures: 1 } as const;
      return this.postpone(start, [], first, later);
    }
  }

  /** Ends a lookup whose next step cannot be taken, for whatever `reason`. @throws as `run`. */
  giveUp(work: LookupWork, reason: Reason): Promise<LookupEnd> {
    return this.endWith(work, { outcome: 'failed', reason });
  }

  /** Ends a lookup that is not wanted any more; `delivery`: the message that woke it. @throws as `run`. */
  cancel(work: LookupWork, delivery: Delivery): Promise<LookupEnd> {
    return this.endWith(work, { outcome: 'expired', reason: expiredReasons.cancelled }, delivery);
  }

  private endWith(
    work: LookupWork,
    ending: Pick<UnansweredStep, 'outcome' | 'reason'>,
    delivery: Delivery | null = null,
  ): Promise<LookupEnd> {
    const { step, progress } = work;
    const last = { step, endpoint: STEP_ENDPOINTS[step], ...ending };
    const state = { ...work, isNew: false, delivery };
    const end = () => this.finish(state, [...progress, last]);
    return withinLookup(this.deps.logger, work.lookup, end);
  }

  private async advance(start: LookupState, deadlineAt: number): Promise<LookupEnd> {
    let { progress } = start;
    for (;;) {
      const planned = nextStep(start.lookup, progress, this.deps.settings);
      if (!planned) return this.finish(start, progress);
      const isResumed = planned.step === start.step && progress === start.progress;
      const { ticket, failures, tokenRefreshed, refusals, isWaiting, batch } = isResumed
        ? start
        : FIRST_TRIAL;
      const result = await this.deps.steps.run(planned, {
        ticket,
        failures,
        tokenRefreshed,
        refusals,
        batch,
        holder: holderOf(start, planned.step, isWaiting),
        requestId: start.lookup.request.id,
        isDeniedAtOnce: start.lookup.replyTo === 'request',
        request: (round) => this.ticketRequest(start, progress, planned, round === 0),
        freshSinceAt: start.freshSinceAt,
        maxAgeMs: start.lookup.maxAgeMs,
        expiresAt: start.lookup.expiresAt,
        deadlineAt,
      });
      if (result.outcome === 'postponed') return this.postpone(start, progress, planned, result);
      progress = [...progress, result];
    }
  }

  /** A new lookup waits in the flow of its priority; what is begun is finished first. */
  private ticketRequest(
    { lookup, isNew, flow: own }: LookupState,
    progress: Progress,
    planned: PlannedStep,
    isFirst: boolean,
  ): TicketRequest {
    const { endpoint } = planned.query;
    const head = { lane: 'bulk', endpoint, expiresAt: lookup.expiresAt } as const;
    if (!isNew || !isFirst || progress.length > 0)
      return { ...head, flow: (isNew ? own : null) ?? 'retry', admission: 'always' };
    const admission = { callsLeft: callsLeft(lookup, progress, planned, this.deps.settings) };
    const flow: BulkFlow = lookup.replyTo === 'request' ? 'http' : lookup.priority;
    return { ...head, flow: own ?? flow, admission };
  }

  private async postpone(
    { lookup, generation, isRecheck, freshSinceAt, ...start }: LookupState,
    progress: Progress,
    { step, query }: PlannedStep,
    postponed: Postponed,
  ): Promise<LookupEnd> {
    const { codec, lookups, publisher, clock, logger, settings } = this.deps;
    const { outcome: _, resumeAt, ...trial } = postponed;
    const hop = nextHop(start, step);
    const now = clock.now();
    const work = { type: 'lookup', lookup, generation, isRecheck, freshSinceAt } as const;
    const next = { ...work, ...trial, progress, step, hop };
    const at = wakeAt(postponed, { now, leadMs: settings.leadMs });
    try {
      await lookups.send([await codec.encode(next, at)]);
    } catch (error) {
      if (error instanceof MessageRefusedError && error.isTooLarge)
        return this.giveUp(next, tooLargeReason);
      throw error;
    }
    await publisher.postponed(lookup, resumeAt);
    lookupWaiting(logger, {
      lookupId: lookup.id,
      endpoint: query.endpoint,
      hop,
      failures: trial.failures,
      waitMs: resumeAt - now,
    });
    const { endpoint } = query;
    return { state: 'waiting', lookup, generation, endpoint, waitsFor: need(trial), resumeAt };
  }

  private async finish(start: LookupState, progress: Progress): Promise<LookupEnd> {
    const { publisher, clock, settings } = this.deps;
    const { lookup, generation, isRecheck, delivery } = start;
    const now = clock.now();
    const look = { generation, isRecheck, delivery, now };
    const record = concludeLookup(lookup, progress, settings, look);
    const isToFollow = !record.final && lookup.replyTo === 'queue';
    const isLast = isToFollow && !(await this.scheduleRecheck(start, now));
    return publisher.publish(isLast ? { ...record, final: true } : record, lookup);
  }

  /** False if the work queue goes on refusing it: what was found so far is worth more. */
  private async scheduleRecheck(
    { lookup, generation, isRedelivered = false }: LookupState,
    now: number,
  ): Promise<boolean> {
    const { codec, lookups, settings } = this.deps;
    const first = nextStep(lookup, [], settings);
    if (!first) return false;
    const at = now + settings.recheckAfterMs;
    const look = { type: 'lookup', lookup, generation: generation + 1, isRecheck: true } as const;
    const fresh = { freshSinceAt: at, progress: [], step: first.step, hop: 0 };
    const message = await codec.encode({ ...look, ...fresh, ...FIRST_TRIAL }, at);
    try {
      await lookups.send([message]);
      return true;
    } catch (error) {
      if (isRedelivered && error instanceof MessageRefusedError) return false;
      throw error;
    }
  }
}

function need({ failures, refusals }: TrialState): 'slot' | 'right' | 'service' {
  if (refusals.forbiddenSince !== null) return 'right';
  return failures > 0 ? 'service' : 'slot';
}

type Sent = Pick<LookupState, 'step' | 'hop'>;

function nextHop({ step, hop }: Sent, next: StepName): number {
  return step === next ? hop + 1 : 0;
}

function holderOf(start: LookupState, step: StepName, isWaiting: boolean): TicketHolder {
  const { lookup, generation, step: delivered, hop } = start;
  return {
    owner: workMessageId(lookup.id, generation, step, nextHop(start, step)),
    deliveredAs: delivered && workMessageId(lookup.id, generation, delivered, hop),
    isWaiting,
  };
}
