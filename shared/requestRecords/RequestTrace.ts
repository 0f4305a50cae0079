import type { Clock } from '../clock/Clock';
import { DAY_MS } from '../clock/durations';
import { isForReplay } from '../lookups/LookupEnd';
import { quarantineId, requestRecordId } from '../messaging/ids';
import { RETENTION_MS } from '../storage/retention';
import type { RequestLedger } from './RequestLedger';
import type { RequestQuery, RequestSearch } from './RequestSearch';
import {
  newestOf,
  type EndedLookup,
  type RequestRef,
  type RequestState,
  type WaitingLookup,
} from './RequestState';
import type { Trace, TracedLookup, TracedRequest } from './Trace';

export interface RequestTraceDeps {
  readonly ledger: Pick<RequestLedger, 'read'>;
  readonly search: RequestSearch;
  readonly clock: Pick<Clock, 'now'>;
  /** Why a Defender call, by its label, is closed for all; null: it is open. */
  readonly breakerOf: (label: string) => Promise<'right' | 'service' | null>;
  readonly recheckAfterMs: number;
}

const MAX_REQUESTS = 20;
export const TRACED_DAYS = RETENTION_MS.requestRows / DAY_MS;

/** Answers where requests are. */
export class RequestTrace {
  constructor(private readonly deps: RequestTraceDeps) {}

  /** Null: nothing is known, or no longer. @throws {StorageUnavailableError} */
  async of(query: RequestQuery): Promise<Trace | null> {
    const { search, ledger } = this.deps;
    const refs = await search.find(query, MAX_REQUESTS);
    const states = await Promise.all(refs.map((ref) => ledger.read(ref)));
    const requests: TracedRequest[] = [];
    for (const [index, ref] of refs.entries()) {
      const state = states[index];
      if (state?.head) requests.push(await this.traced(ref, state.head, state));
    }
    const [newest] = refs;
    if (!newest || requests.length === 0) return null;
    const endOfDay = (Math.floor(newest.receivedAt / DAY_MS) + 1) * DAY_MS;
    return { requests, keptUntil: toIso(endOfDay + RETENTION_MS.requestRows) };
  }

  private async traced(
    { requestId, receivedAt }: RequestRef,
    { request, format }: NonNullable<RequestState['head']>,
    { claim, ended, finished, waiting }: RequestState,
  ): Promise<TracedRequest> {
    const newest = newestOf([...finished, ...ended]);
    const known = new Set(newest.map(({ lookupId }) => lookupId));
    const open = waiting.filter(({ lookupId }) => !known.has(lookupId));
    const running = await Promise.all(open.map((each) => this.running(each, receivedAt)));
    const lookups = [...newest.map((each) => this.ended(each, receivedAt)), ...running].toSorted(
      (a, b) => a.position - b.position,
    );
    const isOver = newest.length >= request.of && newest.every(({ final }) => final);
    const sent = claim ? claim.generation + Number(claim.isSent) : 0;
    return {
      requestId,
      eventId: request.eventId,
      source: request.source,
      format,
      receivedAt: toIso(receivedAt),
      status: isOver ? 'completed' : 'running',
      of: request.of,
      done: newest.length,
      records: Array.from({ length: sent }, (_, generation) => ({
        id: requestRecordId(requestId, generation),
        generation,
      })),
      leftOutCount: request.leftOutCount,
      lookups,
    };
  }

  private ended(lookup: EndedLookup, receivedAt: number): TracedLookup {
    const { enrichedAt, final, outcome, reason, recordId, waitedMs } = lookup;
    const { position, lookupId, generation, kind, value } = lookup;
    const endedAt = Date.parse(enrichedAt);
    return {
      position,
      lookupId,
      generation,
      kind,
      value,
      state: final ? 'ended' : 'recheckAt',
      endpoint: null,
      nextAt: final ? null : toIso(endedAt + this.deps.recheckAfterMs),
      outcome,
      reason,
      recordId,
      quarantineId: isForReplay(lookup) ? quarantineId([recordId]) : null,
      durationsMs: { total: Math.max(0, endedAt - receivedAt), waited: waitedMs },
    };
  }

  private async running(lookup: WaitingLookup, receivedAt: number): Promise<TracedLookup> {
    const { position, lookupId, generation, indicator, endpoint, waitsFor, nextAt } = lookup;
    const now = this.deps.clock.now();
    const closed = endpoint === null ? null : await this.deps.breakerOf(endpoint);
    const reason = closed ?? waitsFor;
    return {
      position,
      lookupId,
      generation,
      kind: indicator.kind,
      value: indicator.value,
      state: nextAt <= now && !closed ? 'asked' : STATES[reason],
      endpoint,
      nextAt: toIso(nextAt),
      outcome: null,
      reason: null,
      recordId: null,
      quarantineId: null,
      durationsMs: { total: Math.max(0, now - receivedAt), waited: null },
    };
  }
}

const STATES = {
  slot: 'waitingForSlot',
  right: 'waitingForRight',
  service: 'waitingForService',
} as const;

const toIso = (at: number): string => new Date(at).toISOString();
