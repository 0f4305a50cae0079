import { SingleFlight } from '../../../shared/cache/SingleFlight';
import type { CachedAnswer } from '../../../shared/cache/AnswerCache';
import type { DefenderQuery } from '../../../shared/defender/DefenderQuery';
import { queryKey } from '../../../shared/defender/endpoints';
import { toRecordIndicator } from '../../../shared/records/buildRecord';
import type { EnrichmentRecord } from '../../../shared/records/EnrichmentRecord';
import { InteractiveLookups } from '../../../shared/lookups/InteractiveLookups';
import { LookupRunner } from '../../../shared/lookups/LookupRunner';
import { RecordPublisher } from '../../../shared/lookups/RecordPublisher';
import type { StepResult } from '../../../shared/calls/Progress';
import type { Postponed } from '../../../shared/calls/StepAttempt';
import { StepRunner } from '../../../shared/calls/StepRunner';
import { TicketDesk } from '../../../shared/calls/TicketDesk';
import { WAIT_MS } from '../../../shared/calls/waiting';
import { WorkCodec } from '../../../shared/lookups/WorkCodec';
import { Quarantine } from '../../../shared/messaging/Quarantine';
import { CallLeases } from '../../../shared/calls/CallLeases';
import type { BulkFlow, Quota, Ticket } from '../../../shared/quota/Quota';
import { HttpLookups, type SingleAnswer } from '../../../shared/requests/HttpLookups';
import type { RequestView } from '../../../shared/requests/RequestView';
import type { RequestStore, StoredRequest } from '../../../shared/requests/RequestStore';
import { toSiemRequest, type Question } from '../../../shared/requests/toSiemRequest';
import { leftOutReason } from '../../../shared/siem/LeftOut';
import type { LogFields } from '../../../shared/telemetry/Logger';
import { Activity } from '../../../shared/activity/Activity';
import { anAnswer, CACHE_TTL_MS } from '../lookups/aLookup';
import { MemoryCallLeaseStore } from '../calls/MemoryCallLeaseStore';
import { VirtualClock } from '../../../local/simulation/VirtualClock';
import { MemoryBlobStore } from '../storage/MemoryBlobStore';
import { silentLogger } from '../telemetry/silentLogger';

const KEEP_MS = 300_000;
const MAX_WAIT_MS = 10_000;
export const BULK_WAIT_MS = 90_000;

export const LEFT_OUT = [
  { value: '-', path: 'indicators[9]', reason: leftOutReason('entry.empty') },
];

export interface WorldOptions {
  /** Between two slots of the interactive lane. */
  readonly slotEveryMs?: number;
  /** How long Defender takes for a call. */
  readonly callMs?: number;
  readonly isBroken?: boolean;
  /** When an agent, who asks, may ask again for want of room; null: there is room. Default: no agent asks. */
  readonly agentsAskAgainAt?: number | null;
  /** What opening a request's state ends in. */
  readonly openFails?: Error;
}

function question(kind: 'machine' | 'file', number: number): Question {
  const text = number.toString(16).padStart(40, '0');
  return { kind, text, path: 'idOrName', asks: 'all', at: null, maxAgeMs: null };
}

/** The app's own lookups over HTTP, on a calendar, a Defender, a queue and a storage that are made up. */
export class HttpLookupsWorld {
  readonly clock = new VirtualClock();
  readonly startAt = this.clock.now();
  /** What happened outside, in order. */
  readonly journal: string[] = [];
  /** When calls began, after the start. */
  readonly callsAt: number[] = [];
  readonly ended: LogFields[] = [];
  /** Those in which tickets of the queue were taken. */
  readonly flows: BulkFlow[] = [];
  mostCallsAtOnce = 0;
  readonly lookups: HttpLookups;
  private readonly cache = new Map<string, CachedAnswer>();
  private readonly requests = new Map<string, StoredRequest>();
  private readonly records = new Map<string, EnrichmentRecord>();
  private readonly slots = new Map<number, number>();
  private polls = 0;
  private callsNow = 0;
  private lastSlotAt = -Infinity;

  constructor(private readonly options: WorldOptions = {}) {
    this.lookups = this.build();
  }

  /** Asks for a device by its number. */
  ask(number: number, { isAsync = false } = {}): Promise<SingleAnswer> {
    return this.lookups.answerOne(
      question('machine', number),
      this.arrival(`p_${++this.polls}`),
      isAsync,
    );
  }

  /** Asks for devices (or files) 1 to `count` at once, with a value among them that is nothing. */
  askAll(
    count: number,
    waitMs: number,
    kind: 'machine' | 'file' = 'machine',
  ): Promise<RequestView> {
    const questions = Array.from({ length: count }, (_, index) => question(kind, index + 1));
    const requests = questions.map(toSiemRequest);
    const [first] = requests;
    if (!first) throw new Error('No device');
    const indicators = requests.flatMap((request) => request.indicators);
    const request = { ...first, indicators, leftOut: LEFT_OUT, leftOutCount: 1 };
    return this.lookups.answerAll(request, this.arrival(`p_${++this.polls}`), waitMs);
  }

  private arrival(pollId: string) {
    return { pollId, correlationId: 'c', receivedAt: this.clock.now() };
  }

  private build(): HttpLookups {
    const { clock } = this;
    const random = { next: () => 0.5 };
    const logger = {
      ...silentLogger,
      info: (event: string, fields: LogFields) => {
        if (event === 'lookup.ended') this.ended.push(fields);
      },
    };
    const blobs = new MemoryBlobStore();
    const codec = new WorkCodec({ results: blobs, tenantId: 't1', clock });
    const lookups = {
      send: async () => {
        this.journal.push('work sent');
      },
    };
    const never = { send: () => Promise.reject(new Error('Not a queue of HTTP requests')) };
    const quarantine = new Quarantine({ sender: never, bodies: blobs, clock, logger });
    const recent = new Activity();
    const shared = { clock, random, logger, recent, lookups, codec, quarantine };
    const store = this.store();
    const fit = { results: blobs, publicBaseUrl: null, keepMs: KEEP_MS };
    const publisher = new RecordPublisher({ ...shared, ...fit, output: never, requests: store });
    const quota = this.quota();
    const leases = new CallLeases({
      store: new MemoryCallLeaseStore(),
      slots: { forecast: async () => clock.now(), slotOf: async () => null },
      clock,
      holdMs: WAIT_MS.hold,
    });
    const stepDeps = {
      ...shared,
      quota,
      desk: new TicketDesk({ quota, leases, clock, cacheTtlMs: CACHE_TTL_MS }),
      defender: {
        prepare: async () => undefined,
        call: (query: DefenderQuery) => this.call(query),
      },
      answers: {
        get: async (query: DefenderQuery, isFresh: (cached: CachedAnswer) => boolean) => {
          const cached = this.cache.get(queryKey(query));
          return cached && isFresh(cached) ? cached : null;
        },
        put: async (query: DefenderQuery, answer: CachedAnswer['answer'], fetchedAt: number) =>
          void this.cache.set(queryKey(query), { answer, fetchedAt }),
      },
      cacheTtlMs: CACHE_TTL_MS,
      deniedAfterMs: 0,
    };
    const settings = {
      portalOrigin: 'https://security.microsoft.com',
      internalIpRanges: [],
      ipAlerts: true,
      ipLastKnown: true,
      recheckAfterMs: 900_000,
      recheckKinds: [],
      leadMs: WAIT_MS.lead,
    };
    const inFlight = () => new SingleFlight<StepResult | Postponed>();
    const hold = { kind: 'upTo', ms: MAX_WAIT_MS + WAIT_MS.slotSlack } as const;
    return new HttpLookups({
      interactive: new InteractiveLookups({
        steps: new StepRunner({
          batches: null,
          ...stepDeps,
          inFlight: inFlight(),
          hold,
        }),
        isBroken: async () => this.options.isBroken ?? false,
        amnesiaOf: async () => null,
        clock,
        logger,
        recent,
        settings: { ...settings, maxWaitMs: MAX_WAIT_MS },
      }),
      handOver: new LookupRunner({
        ...shared,
        publisher,
        settings,
        steps: new StepRunner({
          batches: null,
          ...stepDeps,
          inFlight: inFlight(),
          hold: { kind: 'none' },
        }),
      }),
      store,
      callerKind: () => (this.options.agentsAskAgainAt === undefined ? 'regular' : 'agent'),
      agentPlaces: {
        takeIn: async (_requestId, count) => {
          this.journal.push(`places for ${count}`);
          return this.options.agentsAskAgainAt ?? null;
        },
        abandon: async () => {
          this.journal.push('places abandoned');
        },
      },
      clock,
      fit,
      settings: { tenantId: 't1', internalIpRanges: [], maxAgeMs: 86_400_000 },
    });
  }

  private async call(query: DefenderQuery) {
    this.callsAt.push(this.clock.now() - this.startAt);
    this.callsNow += 1;
    this.mostCallsAtOnce = Math.max(this.mostCallsAtOnce, this.callsNow);
    await this.clock.sleep(this.options.callMs ?? 100);
    this.callsNow -= 1;
    return anAnswer({ machines: [{ id: queryKey(query).slice(-40) }] });
  }

  /** Interactive slots in a row; bulk ones are far away. */
  private quota(): Quota {
    const { clock, slots } = this;
    return {
      take: async (request) => {
        const now = clock.now();
        const { endpoint } = request;
        const base = { endpoint, epoch: 'e', ordinal: slots.size };
        if (request.lane === 'bulk') {
          this.flows.push(request.flow);
          const slotAt = now + BULK_WAIT_MS;
          const ticket: Ticket = { ...base, lane: 'bulk', flow: request.flow };
          return { outcome: 'granted', ticket, slotAt };
        }
        const slotAt = Math.max(now, this.lastSlotAt + (this.options.slotEveryMs ?? 0));
        if (slotAt > now + (request.maxWaitMs ?? -1)) return { outcome: 'noSlot', slotAt };
        this.lastSlotAt = slotAt;
        slots.set(base.ordinal, slotAt);
        return { outcome: 'granted', ticket: { ...base, lane: 'interactive' }, slotAt };
      },
      awaitSlot: async ({ ordinal }, { holdMs }) => {
        const slotAt = slots.get(ordinal) ?? clock.now() + BULK_WAIT_MS;
        if (slotAt > clock.now() + holdMs) return { outcome: 'later', slotAt };
        await clock.sleep(slotAt - clock.now());
        return { outcome: 'call' };
      },
      report: async () => ({ at: clock.now(), answeredAt: 0, closedUntil: 0 }),
    };
  }

  private store(): RequestStore {
    const change = (requestId: string, lookupId: string, changes: object) => {
      const request = this.requests.get(requestId);
      if (!request) return;
      const lookups = request.lookups.map((each) =>
        each.lookupId === lookupId ? { ...each, ...changes } : each,
      );
      this.requests.set(requestId, { ...request, lookups });
    };
    return {
      open: async (request, heads) => {
        if (this.options.openFails) throw this.options.openFails;
        this.journal.push('state opened');
        const lookups = heads.map(({ id, position, subject }) => ({
          lookupId: id,
          position,
          notBefore: request.receivedAt,
          doneAt: null,
          indicator: toRecordIndicator(subject),
        }));
        this.requests.set(request.requestId, { ...request, lookups });
      },
      complete: async (record) => {
        this.journal.push('record kept');
        this.records.set(record.lookupId, record);
        change(record.request.id, record.lookupId, { doneAt: this.clock.now() });
      },
      postponed: async ({ id, request }, resumeAt) => {
        change(request.id, id, { notBefore: resumeAt });
      },
      read: async (requestId) => this.requests.get(requestId) ?? null,
      readRecord: async (_requestId, lookupId) => {
        const record = this.records.get(lookupId);
        if (!record) throw new Error('No record');
        return record;
      },
      removeBefore: async () => 0,
    };
  }
}
