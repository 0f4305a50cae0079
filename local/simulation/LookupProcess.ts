import { BatchCounts } from '../../shared/batches/BatchCounts';
import { BatchDesk } from '../../shared/batches/BatchDesk';
import { Batches, type BatchesDeps } from '../../shared/batches/Batches';
import { BatchLessons } from '../../shared/batches/BatchLessons';
import type { BatchStore } from '../../shared/batches/BatchStore';
import type { AnswerCache } from '../../shared/cache/AnswerCache';
import { FailedCalls, type FailedCallsDeps } from '../../shared/calls/FailedCalls';
import type { DefenderClient } from '../../shared/defender/DefenderClient';
import type { EndpointId } from '../../shared/defender/endpointIds';
import type { CalendarConfig } from '../../shared/quota/calendar/CalendarConfig';
import { SingleFlight } from '../../shared/cache/SingleFlight';
import type { CachedAnswer } from '../../shared/cache/AnswerCache';
import type { Random } from '../../shared/clock/Clock';
import { HOUR_MS, MINUTE_MS } from '../../shared/clock/durations';
import type { AppConfig } from '../../shared/config/AppConfig';
import { StoreClock } from '../../shared/clock/StoreClock';
import { DefenderThrottledError } from '../../shared/defender/defenderErrors';
import type { DefenderAnswer } from '../../shared/defender/DefenderAnswer';
import type { DefenderQuery } from '../../shared/defender/DefenderQuery';
import { queryKey } from '../../shared/defender/endpoints';
import type { Lookup } from '../../shared/lookups/Lookup';
import { LookupRunner } from '../../shared/lookups/LookupRunner';
import { RecordPublisher } from '../../shared/lookups/RecordPublisher';
import { FIRST_TRIAL } from '../../shared/calls/StepAttempt';
import { StepRunner } from '../../shared/calls/StepRunner';
import { TicketDesk } from '../../shared/calls/TicketDesk';
import { WAIT_MS } from '../../shared/calls/waiting';
import { WorkCodec } from '../../shared/lookups/WorkCodec';
import { WorkQueue } from '../../shared/lookups/WorkQueue';
import { Quarantine } from '../../shared/messaging/Quarantine';
import type { OutgoingMessage, QueueSender } from '../../shared/messaging/QueueSender';
import type { CalendarEntity } from '../../shared/quota/calendarCodec';
import { CallLeases } from '../../shared/calls/CallLeases';
import type { CallLeaseStore } from '../../shared/calls/CallLeaseStore';
import { QuotaKeeper } from '../../shared/quota/QuotaKeeper';
import type { BlobStore } from '../../shared/storage/BlobStore';
import { DEFAULTS } from './calendarConfigs';
import type { PlanSettings } from '../../shared/kinds/Kind';
import type { Logger } from '../../shared/telemetry/Logger';
import type { Instance } from './Instance';
import { SimulatedCalendarStore } from './SimulatedCalendarStore';
import type { SimulatedDefender } from './SimulatedDefender';
import type { SimulatedTable } from './SimulatedTable';
import { Activity } from '../../shared/activity/Activity';

const DEADLINE_MS = MINUTE_MS;
const SETTINGS = {
  portalOrigin: 'https://security.microsoft.com',
  internalIpRanges: [],
  ipAlerts: false,
  ipLastKnown: false,
  recheckAfterMs: 0,
  recheckKinds: [],
  leadMs: WAIT_MS.lead,
} as const;

/** What all processes share. */
export interface Surroundings {
  readonly calendars: SimulatedTable<CalendarEntity>;
  readonly leases: CallLeaseStore;
  readonly cache: Map<string, CachedAnswer>;
  readonly defender: SimulatedDefender;
  /** To every call that is not throttled, unless it depends on the question. */
  readonly answer: DefenderAnswer;
  readonly answerTo?: (query: DefenderQuery) => DefenderAnswer;
  /** Where each endpoint counts by itself. */
  readonly defenderOf?: (endpoint: EndpointId) => SimulatedDefender;
  /** Default: every question has its own call. */
  readonly batches?: BatchStore;
  /** Default: the published quota, with the default reserves. */
  readonly quota?: CalendarConfig;
  /** Default: one call for each address. */
  readonly asks?: Pick<PlanSettings, 'ipAlerts' | 'ipLastKnown'>;
  /** Default: 30. */
  readonly batchMaxQuestions?: number;
  readonly cacheTtlMs: AppConfig['cacheTtlMs'];
  readonly logger: Logger;
  /** Told of every call. */
  readonly onCall: (query: DefenderQuery) => void;
  readonly lookups: (message: OutgoingMessage) => void;
  readonly output: (message: OutgoingMessage) => void;
}

/** The app's own lookups, from the message to the record, in one simulated process. */
export class LookupProcess {
  private readonly clock: StoreClock;
  private readonly runner: LookupRunner;
  private readonly work: WorkQueue;

  constructor(
    private readonly instance: Instance,
    private readonly random: Random,
    private readonly around: Surroundings,
  ) {
    const clock = (this.clock = new StoreClock(instance.clock));
    const { logger } = around;
    const codec = new WorkCodec({ results: NO_BLOBS, tenantId: 't1', clock });
    const lookups = this.sender(around.lookups);
    const quarantine = new Quarantine({ sender: NOWHERE, bodies: NO_BLOBS, clock, logger });
    const shared = { clock, random, logger, lookups, codec, quarantine };
    const output = this.sender(around.output);
    const recent = new Activity();
    const requests = { complete: noRequest, postponed: noRequest };
    const publisher = new RecordPublisher({
      ...shared,
      output,
      requests,
      recent,
      results: NO_BLOBS,
      publicBaseUrl: null,
      keepMs: HOUR_MS,
    });
    this.runner = new LookupRunner({
      ...shared,
      steps: this.steps(),
      publisher,
      settings: { ...SETTINGS, ...around.asks },
    });
    this.work = new WorkQueue({
      ...shared,
      lookups: this.runner,
      cancellations: { covers: () => Promise.resolve(false) },
      finished: { goOn: noRequest },
      requests: { wentOn: () => Promise.resolve() },
      sender: lookups,
      copies: { resume: noRequest },
    });
  }

  /** A lookup just taken in. */
  async start(lookup: Lookup): Promise<void> {
    const fresh = { generation: 0, isRecheck: false, freshSinceAt: lookup.request.receivedAt };
    const begin = { ...FIRST_TRIAL, progress: [], step: null, hop: 0 };
    const state = { lookup, ...fresh, ...begin, isWaiting: false, ticket: null };
    await this.runner.run({ ...state, isNew: true, delivery: null }, this.deadlineAt());
  }

  /** A message that this app sent to itself. */
  goOn({ body, messageId }: OutgoingMessage, deliveryCount: number): Promise<void> {
    const source = {
      queue: 'lookups',
      messageId,
      correlationId: null,
      sequenceNumber: '1',
      enqueuedAt: 0,
      deliveryCount,
      applicationProperties: {},
    };
    return this.work.handle(body, source, this.deadlineAt());
  }

  private deadlineAt(): number {
    return this.clock.now() + DEADLINE_MS;
  }

  private steps(): StepRunner {
    const { clock, instance, random, around } = this;
    const quota = new QuotaKeeper({
      store: new SimulatedCalendarStore(around.calendars, instance),
      clock,
      random,
      config: around.quota ?? DEFAULTS,
      deniedAfterMs: 4 * HOUR_MS,
    });
    const leases = new CallLeases({
      store: this.leaseStore(),
      slots: quota,
      clock,
      holdMs: WAIT_MS.hold,
    });
    const { cache, cacheTtlMs, logger } = around;
    const answers: AnswerCache = {
      get: (query, isFresh) =>
        this.remotely(async () => {
          const cached = cache.get(queryKey(query));
          return cached && isFresh(cached) ? cached : null;
        }),
      put: (query, answer, fetchedAt) =>
        this.remotely(async () => void cache.set(queryKey(query), { answer, fetchedAt })),
    };
    const defender: DefenderClient = {
      prepare: () => Promise.resolve(),
      call: async (query) => {
        around.onCall(query);
        const { endpoint } = query;
        const service = around.defenderOf?.(endpoint) ?? around.defender;
        const reply = await instance.outside(service.call());
        if (reply.status === 200) return around.answerTo?.(query) ?? around.answer;
        const about = { endpoint, status: 429, correlationId: null };
        throw new DefenderThrottledError('429', reply.retryAfterMs, about);
      },
    };
    const shared = { quota, clock, random, answers, defender, cacheTtlMs, logger };
    const deniedAfterMs = 4 * HOUR_MS;
    return new StepRunner({
      ...shared,
      batches: this.batches({ ...shared, deniedAfterMs }),
      hold: { kind: 'upTo', ms: WAIT_MS.hold },
      deniedAfterMs,
      desk: new TicketDesk({ quota, leases, clock, cacheTtlMs }),
      inFlight: new SingleFlight(),
    });
  }

  private batches(
    shared: FailedCallsDeps &
      Pick<BatchesDeps, 'answers' | 'defender'> & {
        readonly quota: QuotaKeeper;
        readonly cacheTtlMs: AppConfig['cacheTtlMs'];
      },
  ): Batches | null {
    const { quota, clock, cacheTtlMs } = shared;
    const store = this.batchStore();
    if (!store) return null;
    const lessons = new BatchLessons({
      keeper: quota,
      clock,
      mostQuestions: this.around.batchMaxQuestions ?? 30,
    });
    return new Batches({
      callerKind: () => 'regular',
      ...shared,
      slots: quota,
      lessons,
      desk: new BatchDesk({ store, quota, slots: quota, lessons, clock, cacheTtlMs }),
      counts: new BatchCounts(),
      failedCalls: new FailedCalls(shared),
    });
  }

  private batchStore(): BatchStore | null {
    const { batches } = this.around;
    if (!batches) return null;
    return {
      insert: (id, batch) => this.remotely(() => batches.insert(id, batch)),
      newest: (queue, count) => this.remotely(() => batches.newest(queue, count)),
      read: (id) => this.remotely(() => batches.read(id)),
      replace: (known, batch) => this.remotely(() => batches.replace(known, batch)),
      removeBefore: (at) => this.remotely(() => batches.removeBefore(at)),
    };
  }

  private leaseStore(): CallLeaseStore {
    const { leases } = this.around;
    return {
      insert: (call, claim) => this.remotely(() => leases.insert(call, claim)),
      read: (call) => this.remotely(() => leases.read(call)),
      replace: (call, claim, etag) => this.remotely(() => leases.replace(call, claim, etag)),
      removeBefore: (at) => this.remotely(() => leases.removeBefore(at)),
    };
  }

  private sender(accept: (message: OutgoingMessage) => void): QueueSender {
    return {
      send: (messages) =>
        this.remotely(async () => {
          for (const message of messages) accept(message);
        }),
    };
  }

  /** Something done elsewhere, 5–30 ms there and back. */
  private async remotely<T>(act: () => Promise<T>): Promise<T> {
    const { instance, random } = this;
    const oneWay = () => instance.clock.sleep(2.5 + random.next() * 12.5);
    await oneWay();
    const result = await act();
    await oneWay();
    return result;
  }
}

const noRequest = () => Promise.resolve();
const NOWHERE: QueueSender = {
  send: () => Promise.reject(new Error('Nothing is quarantined here.')),
};
const NO_BLOBS: BlobStore = {
  container: 'results',
  create: () => Promise.resolve('created'),
  read: () => Promise.resolve(null),
  list: () => Promise.resolve([]),
  delete: () => Promise.resolve(),
};
