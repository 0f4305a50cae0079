import type { EndpointId } from '../defender/endpointIds';
import type { Amnesia } from '../quota/CalendarStatus';
import type { TicketRequest } from '../quota/Quota';
import { buildInvalidRecord } from '../records/buildRecord';
import { concludeLookup, type ConclusionSettings } from './concludeLookup';
import type { EnrichmentRecord } from '../records/EnrichmentRecord';
import type { Lookup, LookupHead } from './Lookup';
import type { PlanSettings } from '../kinds/Kind';
import { nextStep } from './plans';
import type { PlannedStep } from '../calls/steps';
import type { Reason } from '../errors/Reason';
import type { Progress, StepResult } from '../calls/Progress';
import { recordEnded, type RecordEndedDeps } from '../records/recordEnded';
import { FIRST_TRIAL, type Postponed } from '../calls/StepAttempt';
import type { StepRunner } from '../calls/StepRunner';
import { withinLookup } from './withinLookup';

/** How far a lookup got while its caller waits. Instants are Unix ms. */
export type InteractiveAnswer =
  | { readonly outcome: 'answered'; readonly record: EnrichmentRecord }
  /** No slot in time, or (`unavailable`) no answer. */
  | (Later & { readonly progress: Progress });

export interface InteractiveDeps extends RecordEndedDeps {
  /** Holds a ticket for as long as a caller waits. */
  readonly steps: Pick<StepRunner, 'run'>;
  /** Whether calls of the endpoint keep failing, so that it gives out no slots. */
  readonly isBroken: (endpoint: EndpointId) => Promise<boolean>;
  /** Whether its calendar had to begin anew, and is closed for that. */
  readonly amnesiaOf: (endpoint: EndpointId) => Promise<Amnesia | null>;
  readonly settings: ConclusionSettings & PlanSettings & { readonly maxWaitMs: number };
}

export interface InteractiveOptions {
  /** No call starts after this (Unix ms); an instant that is past: from the cache only. */
  readonly deadlineAt: number;
  /** What an earlier try of the same lookup brought. */
  readonly progress: Progress;
}

/** `Amnesia`: the endpoint's calendar had to begin anew, and is closed until then. */
export type LaterOutcome = 'noSlot' | 'unavailable' | Amnesia;

/** Worth another try at `resumeAt` (Unix ms). */
interface Later {
  readonly outcome: LaterOutcome;
  readonly resumeAt: number;
}

/** An unusable ticket is replaced once; after that the caller should retry later. */
const MAX_TICKETS = 2;
/** An answer that another process fetched before the request came may be dated so much too late. */
const CLOCKS_AGREE_MS = 1_000;

/** Answers while the caller waits: the plan, cache and record of queue lookups, in the calendar's interactive lane. */
export class InteractiveLookups {
  constructor(private readonly deps: InteractiveDeps) {}

  /** @throws {StorageUnavailableError} */
  answer(lookup: Lookup, options: InteractiveOptions): Promise<InteractiveAnswer> {
    return withinLookup(this.deps.logger, lookup, () => this.advance(lookup, options));
  }

  private async advance(lookup: Lookup, options: InteractiveOptions): Promise<InteractiveAnswer> {
    const { clock, settings } = this.deps;
    let { progress } = options;
    for (;;) {
      const planned = nextStep(lookup, progress, settings);
      if (!planned) {
        const look = { generation: 0, isRecheck: false, now: clock.now() };
        const record = concludeLookup(lookup, progress, settings, look);
        return { outcome: 'answered', record: this.ended(record) };
      }
      const { receivedAt } = lookup.request;
      const limits = { ...lookup, receivedAt, deadlineAt: options.deadlineAt };
      const result = await this.ask(planned, limits);
      if ('resumeAt' in result) return { ...result, progress };
      progress = [...progress, result];
    }
  }

  /** The record of a value that cannot be asked for. */
  refuse(head: LookupHead, reason: Reason): EnrichmentRecord {
    const record = buildInvalidRecord(head, reason, { now: this.deps.clock.now() });
    return withinLookup(this.deps.logger, head, () => this.ended(record));
  }

  private ended(record: EnrichmentRecord): EnrichmentRecord {
    recordEnded(this.deps, record);
    return record;
  }

  /** One call. @throws {StorageUnavailableError} */
  async ask(
    planned: PlannedStep,
    limits: Pick<Lookup, 'maxAgeMs' | 'expiresAt'> & {
      readonly receivedAt: number;
      readonly deadlineAt: number;
    },
  ): Promise<StepResult | Later> {
    const { maxAgeMs, expiresAt, receivedAt, deadlineAt } = limits;
    const result = await this.deps.steps.run(planned, {
      ...FIRST_TRIAL,
      request: (round) => this.ticketRequest(planned, deadlineAt, round),
      holder: { owner: '', deliveredAs: null, isWaiting: false },
      requestId: '',
      isDeniedAtOnce: true,
      freshSinceAt: receivedAt + CLOCKS_AGREE_MS,
      maxAgeMs,
      expiresAt,
      deadlineAt,
    });
    return result.outcome === 'postponed' ? this.toLater(planned, result) : result;
  }

  /** A try that failed, or a slot that is far because others failed, is no want of quota. */
  private async toLater({ query }: PlannedStep, { failures, resumeAt }: Postponed): Promise<Later> {
    const isUnavailable = failures > 0 || (await this.deps.isBroken(query.endpoint));
    if (isUnavailable) return { outcome: 'unavailable', resumeAt: resumeAt };
    return { outcome: (await this.deps.amnesiaOf(query.endpoint)) ?? 'noSlot', resumeAt: resumeAt };
  }

  private ticketRequest(
    { query: { endpoint } }: PlannedStep,
    deadlineAt: number,
    round: number,
  ): TicketRequest {
    const { clock, settings } = this.deps;
    if (round >= MAX_TICKETS) return { lane: 'interactive', endpoint, maxWaitMs: null };
    const maxWaitMs = Math.min(settings.maxWaitMs, Math.max(0, deadlineAt - clock.now()));
    return { lane: 'interactive', endpoint, maxWaitMs };
  }
}
