import type { EnrichmentRecord } from '../records/EnrichmentRecord';
import type { LeftOut } from '../records/requestFields';
import type { RequestRecord, RequestStatus } from './RequestRecord';

/** Names a queue request. */
export interface RequestRef {
  readonly requestId: string;
  /** When its message was enqueued (Unix ms): its rows lie in the table of that day. */
  readonly receivedAt: number;
}

/** What every record of a request repeats. */
export interface RequestHead {
  readonly tenantId: string;
  readonly request: Omit<RequestRecord['request'], 'done'>;
  /** As it was read; null: known only by its lookups. */
  readonly format: string | null;
  readonly leftOut: readonly LeftOut[];
  /** When it was first taken in, ISO 8601. */
  readonly startedAt: string;
}

/** A lookup that goes on later. */
export interface WaitingLookup {
  readonly lookupId: string;
  readonly position: number;
  readonly generation: number;
  readonly indicator: EnrichmentRecord['indicator'];
  /** As its Defender call is called; null: its record waits for the output queue. */
  readonly endpoint: string | null;
  /** What for, beside its slot. */
  readonly waitsFor: 'slot' | 'right' | 'service';
  /** Unix ms. */
  readonly nextAt: number;
}

/** A lookup that has its record, without what it found. */
export interface EndedLookup {
  readonly lookupId: string;
  readonly position: number;
  readonly generation: number;
  /** Whether a record of the same generation without this counts more. */
  readonly isUnasked: boolean;
  readonly recordId: string;
  readonly final: boolean;
  readonly kind: string;
  readonly value: string;
  readonly outcome: EnrichmentRecord['outcome'];
  readonly reason: EnrichmentRecord['reason'];
  /** ISO 8601. */
  readonly enrichedAt: string;
  /** How long its calls waited for slots of the quota, together. */
  readonly waitedMs: number;
}

/** A generation of the request's record, being published or published. */
export interface Claim {
  readonly generation: number;
  readonly status: RequestStatus;
  /** Ids of the records that it is made of, in the order of their positions. */
  readonly members: readonly string[];
  readonly isSent: boolean;
}

export interface RequestState {
  readonly head: RequestHead | null;
  /** Of the newest generation; null before the first. */
  readonly claim: Claim | null;
  /** Changes with head and claim. */
  readonly etag: string | null;
  /** Every record that was noted, whatever its generation. */
  readonly ended: readonly EndedLookup[];
  /** Instead, of a request that was over with its first delivery. */
  readonly finished: readonly EndedLookup[];
  readonly waiting: readonly WaitingLookup[];
}

/** The reference to a request, from its record or head. */
export const refOf = ({
  request,
}: {
  readonly request: { readonly id: string; readonly receivedAt: string };
}): RequestRef => ({ requestId: request.id, receivedAt: Date.parse(request.receivedAt) });

/** For one lookup the highest generation counts, and there the record that was asked for. In order of position. */
export function newestOf(ended: readonly EndedLookup[]): readonly EndedLookup[] {
  const byLookup = new Map<string, EndedLookup>();
  for (const each of ended) {
    const known = byLookup.get(each.lookupId);
    if (!known || isNewer(each, known)) byLookup.set(each.lookupId, each);
  }
  return [...byLookup.values()].toSorted((a, b) => a.position - b.position);
}

function isNewer(a: EndedLookup, b: EndedLookup): boolean {
  if (a.generation !== b.generation) return a.generation > b.generation;
  if (a.isUnasked !== b.isUnasked) return b.isUnasked;
  return a.enrichedAt > b.enrichedAt;
}

export function toEndedLookup(record: EnrichmentRecord): EndedLookup {
  const { lookupId, generation, final, outcome, reason, enrichedAt, indicator } = record;
  return {
    lookupId,
    generation,
    final,
    outcome,
    reason,
    enrichedAt,
    waitedMs: record.evidence.reduce((sum, call) => sum + call.waitedMs, 0),
    kind: indicator.kind,
    value: indicator.value,
    position: record.request.position,
    isUnasked: record.unasked ?? false,
    recordId: record.id,
  };
}

/** What is known of a request by one of its records alone. */
export function headOf({ tenantId, request, enrichedAt }: EnrichmentRecord): RequestHead {
  const { position: _, ...about } = request;
  return { tenantId, request: about, format: null, leftOut: [], startedAt: enrichedAt };
}
