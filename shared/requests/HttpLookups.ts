import type { AgentPlaces } from '../callers/AgentPlaces';
import type { CallerKind } from '../callers/Caller';
import type { Clock } from '../clock/Clock';
import { MINUTE_MS } from '../clock/durations';
import type { EnrichmentRecord } from '../records/EnrichmentRecord';
import type { FitRecordOptions } from '../records/fitRecord';
import type { InteractiveLookups, LaterOutcome } from '../lookups/InteractiveLookups';
import type { Ignored, Lookup, LookupHead } from '../lookups/Lookup';
import type { LookupRunner, LookupState } from '../lookups/LookupRunner';
import type { Reason } from '../errors/Reason';
import type { Progress } from '../calls/Progress';
import { FIRST_TRIAL } from '../calls/StepAttempt';
import type { IndicatorKind } from '../indicators/Indicator';
import { isMeantAs } from '../kinds/detectIndicatorKind';
import { requestId } from '../messaging/ids';
import type { LeftOut } from '../records/requestFields';
import { leftOutReason } from '../siem/LeftOut';
import type { SiemRequest } from '../siem/SiemRequest';
import { saysNothing } from '../siem/saysNothing';
import type { Arrival, TakeInSettings } from '../siem/Arrival';
import { toLookups } from '../siem/toLookups';
import { AnswerRecords } from './AnswerRecords';
import { eachOf } from './eachOf';
import { notTakenIn } from './notTakenIn';
import type { RequestView } from './RequestView';
import { isOver, KEEP_FINISHED_MS } from './requestAge';
import type { RequestStore, StoredRequest } from './RequestStore';
import { toSiemRequest, type Question } from './toSiemRequest';

export interface HttpLookupsDeps {
  readonly interactive: Pick<InteractiveLookups, 'answer' | 'refuse'>;
  /** Runs a lookup up to its ticket and leaves the rest to the work queue. */
  readonly handOver: Pick<LookupRunner, 'run'>;
  readonly store: RequestStore;
  /** Of the caller that is being answered. */
  readonly callerKind: () => CallerKind;
  readonly agentPlaces: Pick<AgentPlaces, 'takeIn' | 'abandon'>;
  readonly clock: Clock;
  readonly fit: FitRecordOptions;
  readonly settings: TakeInSettings;
}

/** Instants are Unix ms. */
export interface HttpArrival {
  /** 256 random bits that only the caller gets to see. */
  readonly pollId: string;
  readonly correlationId: string;
  readonly receivedAt: number;
}

export type SingleAnswer =
  /** The whole record: `answerRecord` makes of it what an answer can hold. */
  | { readonly outcome: 'answered'; readonly record: EnrichmentRecord }
  /** The work queue continues it, unless the view names an `askAgainAt`. */
  | { readonly outcome: 'accepted'; readonly view: RequestView }
  | { readonly outcome: LaterOutcome; readonly resumeAt: number }
  /** Not recognisably what the question takes. */
  | { readonly outcome: 'malformed'; readonly reason: Reason };

interface Begun {
  readonly lookup: Lookup;
  readonly progress: Progress;
}

interface Taken {
  readonly heads: readonly LookupHead[];
  readonly leftOut: readonly LeftOut[];
}

/** A single lookup starts no call later than this; with the longest call it ends before a playbook gives up. */
const SINGLE_BUDGET_MS = MINUTE_MS;
/** Calls that one request makes at once. */
const CALLS_AT_ONCE = 5;
/** Kinds whose lookups share calls, if they are asked for at the same time. */
const SHARE_CALLS: ReadonlySet<IndicatorKind> = new Set(['alert', 'host', 'machine']);
/** Answers that one request reads from the cache at once. */
const READS_AT_ONCE = 20;
const HAND_OVER_BUDGET_MS = 30_000;

/** Lookups whose caller waits; what cannot be answered in time continues in the work queue, to be polled. */
export class HttpLookups {
  constructor(private readonly deps: HttpLookupsDeps) {}

  /** `isAsync`: hand over what has no slot in time. @throws {StorageUnavailableError | BrokerUnreachableError} */
  async answerOne(
    question: Question,
    arrival: HttpArrival,
    isAsync: boolean,
  ): Promise<SingleAnswer> {
    const { interactive } = this.deps;
    if (saysNothing(question.text, question.kind)) {
      return { outcome: 'malformed', reason: leftOutReason('entry.empty') };
    }
    const { lookups, invalid } = this.read(toSiemRequest(question), arrival);
    const [refused] = invalid;
    if (refused) {
      const { head, reason } = refused;
      const isMeant = isMeantAs(question.kind, question.text);
      if (reason.code.endsWith('.malformed') && !isMeant) return { outcome: 'malformed', reason };
      return { outcome: 'answered', record: interactive.refuse(head, reason) };
    }
    const [first] = lookups;
    if (!first) throw new TypeError('Cannot answer: a question is one lookup');
    const lookup = { ...first, asks: question.asks };
    const deadlineAt = arrival.receivedAt + SINGLE_BUDGET_MS;
    const answer = await interactive.answer(lookup, { deadlineAt, progress: [] });
    if (answer.outcome === 'answered') return { outcome: 'answered', record: answer.record };
    if (!isAsync || answer.outcome === 'unavailable') return answer;
    const { progress } = answer;
    const request = { heads: [lookup], leftOut: [] };
    const view = await this.goOnLater(arrival, request, [], [{ lookup, progress }]);
    return { outcome: 'accepted', view };
  }

  /**
   * Cached answers first, then calls with a slot within `waitMs`; the rest is handed over. Lookups that share calls go
   * through both at once.
   * @throws {StorageUnavailableError | BrokerUnreachableError}
   */
  async answerAll(
    request: SiemRequest,
    arrival: HttpArrival,
    waitMs: number,
  ): Promise<RequestView> {
    const { receivedAt } = arrival;
    const { leftOut } = request;
    const { lookups, invalid } = this.read(request, arrival);
    const heads = [...lookups, ...invalid.map(({ head }) => head)];
    const records = new AnswerRecords(heads.length, this.deps.fit);
    for (const { head, reason } of invalid) {
      await records.add(this.deps.interactive.refuse(head, reason));
    }
    const begun = lookups.map((lookup) => ({ lookup, progress: [] }));
    const deadlineAt = receivedAt + waitMs;
    const joint = begun.filter(({ lookup }) => SHARE_CALLS.has(lookup.indicator.kind));
    const others = begun.filter((each) => !joint.includes(each));
    const left = await Promise.all([
      this.run(joint, records, deadlineAt, joint.length),
      this.run(others, records, receivedAt - 1, READS_AT_ONCE).then((uncached) =>
        this.run(uncached, records, deadlineAt, CALLS_AT_ONCE),
      ),
    ]);
    const late = left.flat();
    const results = records.list();
    if (late.length > 0) return this.goOnLater(arrival, { heads, leftOut }, results, late);
    const ignored = ignoredOf(heads);
    return {
      requestId: requestIdOf(arrival.pollId),
      total: heads.length,
      results,
      pending: [],
      ignored,
      leftOut,
      isStored: false,
    };
  }

  /** Null for a request that is not known, or finished more than a day ago. @throws {StorageUnavailableError} */
  async poll(pollId: string): Promise<RequestView | null> {
    const stored = await this.deps.store.read(requestIdOf(pollId));
    const oldest = this.deps.clock.now() - KEEP_FINISHED_MS;
    return stored && !isOver(stored, oldest) ? this.viewOf(stored, []) : null;
  }

  private read(request: SiemRequest, { pollId, correlationId, receivedAt }: HttpArrival) {
    const where = { channel: 'http', replyTo: 'request', messageId: null } as const;
    const who = { arrivalId: originOf(pollId), ingestCaller: null };
    const arrival: Arrival = { ...where, ...who, correlationId, receivedAt };
    return toLookups(request, arrival, this.deps.settings);
  }

  /** Adds to `records` what is answered before `deadlineAt`; resolves to the rest. */
  private async run(
    begun: readonly Begun[],
    records: AnswerRecords,
    deadlineAt: number,
    atOnce: number,
  ): Promise<readonly Begun[]> {
    const late: Begun[] = [];
    await eachOf(begun, atOnce, async ({ lookup, progress }) => {
      const answer = await this.deps.interactive.answer(lookup, { deadlineAt, progress });
      if (answer.outcome === 'answered') await records.add(answer.record);
      else late.push({ lookup, progress: answer.progress });
    });
    return late;
  }

  /** What agents leave waiting needs places in the queue. */
  private async goOnLater(
    arrival: HttpArrival,
    request: Taken,
    records: readonly EnrichmentRecord[],
    late: readonly Begun[],
  ): Promise<RequestView> {
    const { callerKind, agentPlaces } = this.deps;
    if (callerKind() !== 'agent') return this.takeIn(arrival, request, records, late);
    const id = requestIdOf(arrival.pollId);
    const askAgainAt = await agentPlaces.takeIn(id, late.length);
    if (askAgainAt !== null) {
      const { heads, leftOut } = request;
      const known = { requestId: id, total: heads.length, results: records, leftOut };
      const left = late.map(({ lookup }) => lookup);
      return notTakenIn({ ...known, ignored: ignoredOf(heads) }, left, askAgainAt);
    }
    try {
      return await this.takeIn(arrival, request, records, late, { flow: 'low' });
    } catch (error) {
      await agentPlaces.abandon(id);
      throw error;
    }
  }

  /** The state first, so that no answer can come before there is a place for it; then the work. */
  private async takeIn(
    { pollId, receivedAt }: HttpArrival,
    { heads, leftOut }: Taken,
    records: readonly EnrichmentRecord[],
    late: readonly Begun[],
    own: Pick<LookupState, 'flow'> = {},
  ): Promise<RequestView> {
    const { store, handOver, clock } = this.deps;
    const id = requestIdOf(pollId);
    await store.open({ requestId: id, receivedAt, ignored: ignoredOf(heads), leftOut }, heads);
    await eachOf(records, READS_AT_ONCE, (record) => store.complete(record));
    const deadlineAt = clock.now() + HAND_OVER_BUDGET_MS;
    const state = { ...NEW, ...own, freshSinceAt: receivedAt };
    // All at once: they share the writes with which tickets are taken.
    await Promise.all(
      late.map(({ lookup, progress }) => handOver.run({ ...state, lookup, progress }, deadlineAt)),
    );
    const stored = await store.read(id);
    if (!stored) throw new TypeError('Cannot answer: the request that was just opened is gone');
    return this.viewOf(stored, records);
  }

  private async viewOf(
    { requestId: id, lookups, ignored, leftOut }: StoredRequest,
    known: readonly EnrichmentRecord[],
  ): Promise<RequestView> {
    const byLookup = new Map(known.map((record) => [record.lookupId, record]));
    const records = new AnswerRecords(lookups.length, this.deps.fit);
    const done = lookups.filter(({ doneAt }) => doneAt !== null);
    await eachOf(done, READS_AT_ONCE, async ({ lookupId }) => {
      const record = byLookup.get(lookupId);
      await records.add(record ?? (await this.deps.store.readRecord(id, lookupId)));
    });
    return {
      requestId: id,
      total: lookups.length,
      results: records.list(),
      pending: lookups.filter(({ doneAt }) => doneAt === null),
      ignored,
      leftOut,
      isStored: true,
    };
  }
}

const NEW = {
  ...FIRST_TRIAL,
  generation: 0,
  isRecheck: false,
  step: null,
  hop: 0,
  isNew: true,
  delivery: null,
} as const;

/** All lookups of a request carry the same. */
const ignoredOf = (heads: readonly LookupHead[]): readonly Ignored[] =>
  heads[0]?.request.ignored ?? [];

const originOf = (pollId: string): readonly string[] => ['http', pollId];

/** A hash, so that access to the state does not allow polling. */
const requestIdOf = (pollId: string): string => requestId(originOf(pollId), []);
