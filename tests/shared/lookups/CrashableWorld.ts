import { InvocationContext } from '@azure/functions';
import { createQueueHandler } from '../../../functions/queue/createQueueHandler';
import type { AnswerCache, CachedAnswer } from '../../../shared/cache/AnswerCache';
import { BatchCounts } from '../../../shared/batches/BatchCounts';
import { BatchDesk, type BatchDeskDeps } from '../../../shared/batches/BatchDesk';
import { Batches, type BatchesDeps } from '../../../shared/batches/Batches';
import { BatchLessons } from '../../../shared/batches/BatchLessons';
import type { BatchStore } from '../../../shared/batches/BatchStore';
import { SingleFlight } from '../../../shared/cache/SingleFlight';
import { FailedCalls, type FailedCallsDeps } from '../../../shared/calls/FailedCalls';
import type { EndpointId } from '../../../shared/defender/endpointIds';
import type { Lessons } from '../../../shared/quota/calendar/lessons';
import type { QuotaKeeper } from '../../../shared/quota/QuotaKeeper';
import type { DefenderAnswer } from '../../../shared/defender/DefenderAnswer';
import type { DefenderClient } from '../../../shared/defender/DefenderClient';
import type { DefenderQuery } from '../../../shared/defender/DefenderQuery';
import { queryKey } from '../../../shared/defender/endpoints';
import type { EnrichmentRecord } from '../../../shared/records/EnrichmentRecord';
import { arrivalOf } from '../../../shared/siem/arrivalOf';
import { DeadLetteredMessages } from '../../../shared/siem/DeadLetteredMessages';
import { DeadLetters } from '../../../shared/messaging/DeadLetters';
import { DeadLetteredWork } from '../../../shared/lookups/DeadLetteredWork';
import { LookupRunner } from '../../../shared/lookups/LookupRunner';
import { QuarantineSender } from '../../../shared/lookups/QuarantineSender';
import { RecordPublisher } from '../../../shared/lookups/RecordPublisher';
import { StepRunner } from '../../../shared/calls/StepRunner';
import { TicketDesk } from '../../../shared/calls/TicketDesk';
import { WAIT_MS } from '../../../shared/calls/waiting';
import { WorkCodec } from '../../../shared/lookups/WorkCodec';
import { WorkQueue } from '../../../shared/lookups/WorkQueue';
import type { DeadLetterQueue } from '../../../shared/messaging/DeadLetterQueue';
import { Quarantine } from '../../../shared/messaging/Quarantine';
import { MessageRefusedError } from '../../../shared/messaging/MessageRefusedError';
import type { OutgoingMessage, QueueSender } from '../../../shared/messaging/QueueSender';
import { CallLeases } from '../../../shared/calls/CallLeases';
import type { CallLeaseStore } from '../../../shared/calls/CallLeaseStore';
import type { Quota, SlotAnswer, Ticket, TicketAnswer } from '../../../shared/quota/Quota';
import { Cancellations, type Cancellation } from '../../../shared/lookups/Cancellations';
import { FinishedWork } from '../../../shared/lookups/FinishedWork';
import { RequestKeeper } from '../../../shared/requestRecords/RequestKeeper';
import { RequestPublisher } from '../../../shared/requestRecords/RequestPublisher';
import type { RequestRecord } from '../../../shared/requestRecords/RequestRecord';
import { RequestSettler } from '../../../shared/requestRecords/RequestSettler';
import { Intake } from '../../../shared/siem/Intake';
import type { BlobStore } from '../../../shared/storage/BlobStore';
import { RETENTION_MS } from '../../../shared/storage/retention';
import { Activity } from '../../../shared/activity/Activity';
import { MemoryBatchStore } from '../batches/MemoryBatchStore';
import { MemoryCallLeaseStore } from '../calls/MemoryCallLeaseStore';
import { MemoryRequestLedger } from '../requestRecords/MemoryRequestLedger';
import { CACHE_TTL_MS, NOW } from './aLookup';
import { RecordingLogger } from '../telemetry/RecordingLogger';

export const TENANT = '11111111-2222-3333-4444-555555555555';
const HOUR_MS = 3_600_000;
const MAX_DELIVERIES = 5000;
/** After as many failures the broker puts a message aside. */
const MAX_DELIVERY_COUNT = 10;
const BROKER_REASON = 'MaxDeliveryCountExceeded: Message could not be consumed';

/** The process is gone: nothing it had in memory is left. */
export class Crash extends Error {}

/** When to fail: at the `at`th outside action (from 0), before it takes effect or after. */
export interface Fault {
  readonly at: number;
  readonly when: 'before' | 'after';
  /** What happens then; the process dies if it throws `Crash`. */
  readonly error: () => Error;
}

interface Delivery {
  readonly queue: 'siem' | 'lookups';
  readonly message: OutgoingMessage;
  readonly sequenceNumber: string;
  deliveryCount: number;
}

interface Behaviour {
  readonly answer: (query: DefenderQuery) => DefenderAnswer;
  /** How far away a ticket's slot is when it is taken. */
  readonly slotDelayMs: number;
  readonly fault: Fault | null;
  /** Asked at every outside action: whether the process dies there. Default: it does not. */
  readonly dies?: () => Fault['when'] | null;
  readonly recheckKinds?: readonly 'machine'[];
  /** Of how many deliveries of work the process dies at once. Default: none. */
  readonly deadlyDeliveries?: number;
  /** Whether a lookup gets the ticket of this ordinal. Default: every one does. */
  readonly admits?: (ordinal: number) => boolean;
  /** Queues that take nothing for so long. */
  readonly refusingMs?: Partial<Record<'output' | 'quarantine' | 'requests', number>>;
  /** What an operator has cancelled. Default: nothing. */
  readonly cancelled?: readonly Cancellation[];
  /** Whether questions share calls. Default: every one has its own. */
  readonly sharesCalls?: boolean;
  /** Whether records of whole requests are published. Default: true. */
  readonly requestRecords?: boolean;
  /** When requests that are not finished are published as they stand. Default: never. */
  readonly partialAfterMs?: number;
  /** Before every look at, or change of, what is remembered of requests: with this it may fail. Default: it never does. */
  readonly onLedger?: (now: number) => void;
}

/** No message of this world comes from an HTTP request. */
const NO_REQUESTS = {
  complete: () => Promise.reject(new Error('No request waits for a record.')),
  postponed: () => Promise.resolve(),
};

/**
 * The whole app over a broker, a storage and a Defender in memory. Each outside action is a place where it can fail or
 * die; a message that was not completed is delivered again, to a new process.
 */
export class CrashableWorld {
  readonly outputs: EnrichmentRecord[] = [];
  /** Records of whole requests. */
  readonly requests: RequestRecord[] = [];
  readonly quarantined: string[] = [];
  /** What the broker has given up on. */
  readonly deadLetters: Delivery[] = [];
  readonly calls: string[] = [];
  /** What was published and quarantined, and when. */
  readonly log: string[] = [];
  readonly logger = new RecordingLogger();
  maxDeliveryCount = 0;
  actions = 0;
  private now = NOW;
  private ordinal = 0;
  private enqueued = 0;
  private died = 0;
  private readonly deadlyDeliveries: number;
  private readonly pending: Delivery[] = [];
  private readonly seenIds = new Set<string>();
  private readonly blobs = new Map<string, { readonly bytes: Buffer; readonly at: number }>();
  private readonly cache = new Map<string, CachedAnswer>();
  private readonly slots = new Map<number, number>();
  private readonly leases = new MemoryCallLeaseStore();
  private readonly batches = new MemoryBatchStore();
  private readonly lessons = new Map<EndpointId, Lessons>();
  private readonly ledger = new MemoryRequestLedger(async (effect) => {
    const { onLedger } = this.behaviour;
    if (!onLedger) return effect();
    return this.act(() => {
      onLedger(this.now);
      return effect();
    });
  });

  constructor(private readonly behaviour: Behaviour) {
    this.deadlyDeliveries = behaviour.deadlyDeliveries ?? 0;
  }

  /** Unix ms. */
  get at(): number {
    return this.now;
  }

  /** Delivers the bodies and everything that comes of them until no message is left. */
  async deliver(...bodies: string[]): Promise<this> {
    for (const [index, body] of bodies.entries()) {
      const messageId = `m${String(index)}`;
      const message = { messageId, body: Buffer.from(body), contentType: 'application/json' };
      this.enqueue('siem', message);
    }
    let process = this.startProcess();
    let deliveries = 0;
    for (let next = this.next(); next; next = this.next()) {
      if ((deliveries += 1) > MAX_DELIVERIES) throw new Error('Messages go round in circles.');
      next.deliveryCount += 1;
      this.maxDeliveryCount = Math.max(this.maxDeliveryCount, next.deliveryCount);
      this.now = Math.max(this.now, next.message.scheduledAt ?? 0);
      this.tidyUp();
      try {
        await process.handle(next);
        this.pending.splice(this.pending.indexOf(next), 1);
      } catch (error) {
        if (error instanceof Crash) process = this.startProcess();
        if (next.deliveryCount < MAX_DELIVERY_COUNT) continue;
        this.pending.splice(this.pending.indexOf(next), 1);
        this.deadLetters.push(next);
      }
    }
    return this;
  }

  /** The timer's work on dead letters, on a new process; resolves to whether it got through. */
  async keepHouse(): Promise<boolean> {
    return this.startProcess()
      .takeBack()
      .then(
        () => true,
        () => false,
      );
  }

  private enqueue(queue: Delivery['queue'], message: OutgoingMessage): void {
    const sequenceNumber = String((this.enqueued += 1));
    this.pending.push({ queue, message, sequenceNumber, deliveryCount: 0 });
  }

  /** What housekeeping does all the time. */
  private tidyUp(): void {
    for (const [name, { at }] of this.blobs) {
      const isOld = this.now - at > RETENTION_MS.workBlobs;
      if (name.startsWith('work/') && isOld) this.blobs.delete(name);
    }
  }

  private next(): Delivery | undefined {
    return this.pending.toSorted(
      (a, b) => (a.message.scheduledAt ?? 0) - (b.message.scheduledAt ?? 0),
    )[0];
  }

  private async act<T>(effect: () => T): Promise<T> {
    const { fault, dies } = this.behaviour;
    const isFaulty = fault?.at === this.actions++;
    const death = dies?.() ?? null;
    await Promise.resolve();
    if (death === 'before') throw new Crash('gone');
    if (isFaulty && fault.when === 'before') throw fault.error();
    const result = effect();
    if (isFaulty) throw fault.error();
    if (death) throw new Crash('gone');
    return result;
  }

  private startProcess() {
    const clock = { now: () => this.now, sleep: () => Promise.resolve() };
    const random = { next: () => 0.5 };
    const { logger } = this;
    const blobs = this.blobStore();
    const codec = new WorkCodec({ results: blobs, tenantId: TENANT, clock });
    const lookups = this.sender((message) => {
      this.enqueue('lookups', message);
    });
    const output = this.sender(({ body }) => {
      this.refuse('output');
      this.outputs.push(JSON.parse(body.toString()) as EnrichmentRecord);
    });
    const copies = new QuarantineSender({
      lookups,
      codec,
      clock,
      random,
      logger,
      quarantine: this.sender(({ messageId }) => {
        this.refuse('quarantine');
        this.quarantined.push(messageId);
      }),
    });
    const quarantine = new Quarantine({ sender: copies, bodies: blobs, clock, logger });
    const shared = { clock, random, logger, lookups, codec, quarantine };
    const publisher = new RecordPublisher({
      ...shared,
      output,
      results: blobs,
      publicBaseUrl: null,
      keepMs: HOUR_MS,
      recent: new Activity(),
      requests: NO_REQUESTS,
    });
    const quota = this.quota();
    const slots = {
      forecast: () => Promise.resolve(this.now + this.behaviour.slotDelayMs),
      slotOf: ({ ordinal }: Ticket) => Promise.resolve(this.slots.get(ordinal) ?? null),
    };
    const leases = new CallLeases({ store: this.leaseStore(), slots, clock, holdMs: WAIT_MS.hold });
    const calls = {
      ...shared,
      quota,
      slots,
      callerKind: () => 'regular' as const,
      defender: this.defender(),
      answers: this.answerCache(),
      cacheTtlMs: CACHE_TTL_MS,
      deniedAfterMs: 4 * HOUR_MS,
    };
    const steps = new StepRunner({
      ...calls,
      batches: this.behaviour.sharesCalls ? this.sharedCalls(calls) : null,
      desk: new TicketDesk({ quota, leases, clock, cacheTtlMs: CACHE_TTL_MS }),
      inFlight: new SingleFlight(),
      hold: { kind: 'upTo', ms: WAIT_MS.hold },
    });
    const settings = {
      portalOrigin: 'https://security.microsoft.com',
      internalIpRanges: [],
      ipAlerts: true,
      ipLastKnown: true,
      recheckAfterMs: 900_000,
      recheckKinds: this.behaviour.recheckKinds ?? [],
      leadMs: WAIT_MS.lead,
    };
    const runner = new LookupRunner({ ...shared, steps, publisher, settings });
    const takeIn = { tenantId: TENANT, maxAgeMs: 24 * HOUR_MS, ...settings };
    const sendsRequests = this.behaviour.requestRecords ?? true;
    const requestPublisher = !sendsRequests
      ? null
      : new RequestPublisher({
          ...shared,
          output: this.sender(({ body }) => {
            this.refuse('requests');
            this.requests.push(JSON.parse(body.toString()) as RequestRecord);
          }),
          results: blobs,
          publicBaseUrl: null,
          keepMs: HOUR_MS,
        });
    const settler = new RequestSettler({
      ledger: this.ledger,
      publisher: requestPublisher,
      results: blobs,
      clock,
    });
    const { partialAfterMs = 0 } = this.behaviour;
    const keeper = { ...shared, ledger: this.ledger, settler, publisher: requestPublisher };
    const requests = new RequestKeeper({ ...keeper, partialAfterMs });
    const finished = new FinishedWork({ publisher, requestPublisher, requests, settler });
    const intake = new Intake({
      ...shared,
      lookups: runner,
      publisher,
      requests,
      settings: takeIn,
    });
    const work = new WorkQueue({
      ...shared,
      copies,
      lookups: runner,
      cancellations: new Cancellations({ list: async () => this.behaviour.cancelled ?? [] }, clock),
      finished,
      requests,
      sender: lookups,
    });
    const deadWork = new DeadLetteredWork({
      ...shared,
      lookups: runner,
      finished,
      requests,
      sender: lookups,
    });
    const deadMessages = new DeadLetteredMessages({ ...shared, intake, tenantId: TENANT });
    const dead = new DeadLetters({
      ...shared,
      queues: [
        { letters: this.deadLetterQueue('siem'), consumer: deadMessages },
        { letters: this.deadLetterQueue('lookups'), consumer: deadWork },
      ],
    });
    const handlers = {
      siem: createQueueHandler(
        'siem',
        (body, source, deadlineAt) => intake.take(body, arrivalOf(source), source, deadlineAt),
        shared,
      ),
      lookups: createQueueHandler('lookups', (...delivered) => work.handle(...delivered), shared),
    };
    const handle = async (delivery: Delivery): Promise<void> => {
      const isDeadly = delivery.queue === 'lookups' && this.died++ < this.deadlyDeliveries;
      if (isDeadly) throw new Crash('gone');
      const enqueuedTimeUtc = new Date(NOW).toISOString();
      const triggerMetadata = { ...sourceOf(delivery), enqueuedTimeUtc };
      const context = new InvocationContext({ triggerMetadata });
      await handlers[delivery.queue](delivery.message.body, context);
    };
    return { handle, takeBack: () => dead.takeBack() };
  }

  /** One process at a time; what it could not settle stays. */
  private deadLetterQueue(queue: Delivery['queue']): DeadLetterQueue {
    return {
      drain: async (handle) => {
        for (const letter of this.deadLetters.filter((each) => each.queue === queue)) {
          const { body } = letter.message;
          const source = sourceOf(letter);
          await handle({ body, source, brokerReason: BROKER_REASON, hasExpired: false });
          await this.act(() => this.deadLetters.splice(this.deadLetters.indexOf(letter), 1));
        }
      },
    };
  }

  private refuse(queue: 'output' | 'quarantine' | 'requests'): void {
    const untilAt = NOW + (this.behaviour.refusingMs?.[queue] ?? 0);
    if (this.now < untilAt) throw new MessageRefusedError(queue, 'QuotaExceeded');
    this.log.push(`${queue} after ${this.now - NOW} ms`);
  }

  /** A queue with duplicate detection. */
  private sender(accept: (message: OutgoingMessage) => void): QueueSender {
    const queue = String(accept);
    return {
      send: (messages) =>
        this.act(() => {
          for (const message of messages) {
            const id = `${queue} ${message.messageId}`;
            if (!this.seenIds.has(id)) accept(message);
            this.seenIds.add(id);
          }
        }),
    };
  }

  private blobStore(): BlobStore {
    return {
      container: 'results',
      create: (name, bytes) =>
        this.act(() => {
          if (this.blobs.has(name)) return 'exists';
          this.blobs.set(name, { bytes, at: this.now });
          return 'created';
        }),
      read: (name) => this.act(() => this.blobs.get(name)?.bytes ?? null),
      list: () => this.act(() => [...this.blobs.keys()]),
      delete: (name) => this.act(() => void this.blobs.delete(name)),
    };
  }

  private answerCache(): AnswerCache {
    return {
      get: (query, isFresh) => {
        const cached = this.cache.get(queryKey(query));
        return Promise.resolve(cached && isFresh(cached) ? cached : null);
      },
      put: (query, answer, fetchedAt) =>
        this.act(() => void this.cache.set(queryKey(query), { answer, fetchedAt })),
    };
  }

  private quota(): Quota {
    return {
      take: ({ endpoint }) =>
        this.act((): TicketAnswer => {
          const ordinal = this.ordinal++;
          if (this.behaviour.admits?.(ordinal) === false)
            return { outcome: 'wouldExpire', slotAt: this.now };
          const slotAt = this.now + this.behaviour.slotDelayMs;
          this.slots.set(ordinal, slotAt);
          const ticket: Ticket = { endpoint, epoch: 'e', ordinal, lane: 'bulk', flow: 'normal' };
          return { outcome: 'granted', ticket, slotAt };
        }),
      awaitSlot: ({ ordinal }, { holdMs }) =>
        this.act((): SlotAnswer => {
          const slotAt = this.slots.get(ordinal) ?? this.now;
          return slotAt > this.now + holdMs ? { outcome: 'later', slotAt } : { outcome: 'call' };
        }),
      report: () => this.act(() => ({ at: this.now, answeredAt: 0, closedUntil: 0 })),
    };
  }

  private sharedCalls(
    calls: Omit<BatchesDeps, 'counts' | 'desk' | 'failedCalls' | 'lessons'> &
      Pick<BatchDeskDeps, 'cacheTtlMs' | 'slots'> &
      FailedCallsDeps,
  ): Batches {
    const { clock } = calls;
    const keeper = {
      lessonsOf: async (list: EndpointId) => this.lessons.get(list),
      teach: (list: EndpointId, change: Parameters<QuotaKeeper['teach']>[1]) =>
        this.act(() => {
          const learnt = change(this.lessons.get(list), this.now);
          if (learnt) this.lessons.set(list, learnt);
          return learnt !== null;
        }),
    };
    const lessons = new BatchLessons({ keeper, clock, mostQuestions: 30 });
    const desk = new BatchDesk({ ...calls, lessons, store: this.batchStore() });
    const failedCalls = new FailedCalls(calls);
    return new Batches({
      ...calls,
      lessons,
      desk,
      failedCalls,
      counts: new BatchCounts(),
    });
  }

  private batchStore(): BatchStore {
    const store = this.batches;
    return {
      insert: async (id, batch) => await this.act(() => store.insert(id, batch)),
      newest: async (queue, count) => await this.act(() => store.newest(queue, count)),
      read: async (id) => await this.act(() => store.read(id)),
      replace: async (known, batch) => await this.act(() => store.replace(known, batch)),
      removeBefore: async (at) => await this.act(() => store.removeBefore(at)),
    };
  }

  private leaseStore(): CallLeaseStore {
    const store = this.leases;
    return {
      insert: async (call, claim) => await this.act(() => store.insert(call, claim)),
      read: async (call) => await this.act(() => store.read(call)),
      replace: async (call, claim, etag) => await this.act(() => store.replace(call, claim, etag)),
      removeBefore: async (at) => await this.act(() => store.removeBefore(at)),
    };
  }

  private defender(): DefenderClient {
    return {
      prepare: () => Promise.resolve(),
      call: (query) =>
        this.act(() => {
          this.calls.push(queryKey(query));
          return this.behaviour.answer(query);
        }),
    };
  }
}

function sourceOf({ queue, message, sequenceNumber, deliveryCount }: Delivery) {
  const { messageId, correlationId = null, applicationProperties = {} } = message;
  const place = { queue, messageId, correlationId, sequenceNumber, enqueuedAt: NOW };
  return { ...place, deliveryCount, applicationProperties };
}
