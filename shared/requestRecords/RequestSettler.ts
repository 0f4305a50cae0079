import type { EnrichmentRecord } from '../records/EnrichmentRecord';
import type { BlobStore } from '../storage/BlobStore';
import { StorageUnavailableError } from '../storage/StorageUnavailableError';
import type { Clock } from '../clock/Clock';
import { HOUR_MS } from '../clock/durations';
import { buildRequestRecord } from './buildRequestRecord';
import type { RequestLedger } from './RequestLedger';
import type { RequestPublisher } from './RequestPublisher';
import {
  newestOf,
  type Claim,
  type RequestHead,
  type RequestRef,
  type RequestState,
} from './RequestState';

export interface RequestSettlerDeps {
  readonly ledger: RequestLedger;
  /** Null: records of requests are off. */
  readonly publisher: Pick<RequestPublisher, 'publish'> | null;
  /** Container `results`: where whole records of shortened ones are. */
  readonly results: Pick<BlobStore, 'read'>;
  readonly clock: Clock;
}

interface Look {
  /** What is known if the ledger does not know the request by more than its lookups. */
  readonly head?: RequestHead;
  /** Whether a request that is not finished is published, too, unless it was before. */
  readonly isPartial?: boolean;
}

/** Others change a request while it is settled: no more often than this. */
const MAX_ROUNDS = 20;
const MAX_OVERDUE = 200;

/**
 * Publishes what is due of a request. A generation is first claimed, by its parts; a claim found unsent is
 * sent, so that none is left out, and the same parts make the same record.
 */
export class RequestSettler {
  constructor(private readonly deps: RequestSettlerDeps) {}

  /** Whether all of its lookups have ended. @throws {BrokerUnreachableError | StorageUnavailableError} */
  async settle(ref: RequestRef, look: Look = {}): Promise<boolean> {
    const { ledger, publisher } = this.deps;
    if (!publisher) return false;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const state = await ledger.read(ref);
      const head = state?.head ?? look.head;
      if (!state || !head) return false;
      const { claim, etag } = state;
      if (claim && !claim.isSent) {
        await this.send(ref, { head, claim, etag }, state);
        continue;
      }
      const next = nextClaim(head, state, look.isPartial ?? false);
      if (!next) return claim?.status === 'completed';
      const claimed = await ledger.claim(head, next, etag);
      if (claimed === null) continue;
      await this.send(ref, { head, claim: next, etag: claimed }, state);
      return next.status === 'completed';
    }
    throw new StorageUnavailableError('settle a request', 'Contention');
  }

  /** Settles requests that their lookups no longer settle. @throws as `settle` */
  async catchUp(): Promise<void> {
    const { ledger, publisher, clock } = this.deps;
    if (!publisher) return;
    const now = clock.now();
    for (const ref of await ledger.overdue(now, MAX_OVERDUE)) {
      const isOver = await this.settle(ref);
      if (!isOver) await ledger.lookAgainAt(ref, now + HOUR_MS);
    }
  }

  private async send(
    ref: RequestRef,
    {
      head,
      claim,
      etag,
    }: { readonly head: RequestHead; readonly claim: Claim; readonly etag: string | null },
    { waiting }: RequestState,
  ): Promise<void> {
    const { ledger, publisher } = this.deps;
    const { generation, status, members } = claim;
    const records = await this.recordsOf(ref, members);
    const known = new Set(records.map(({ lookupId }) => lookupId));
    const open = waiting.filter(({ lookupId }) => !known.has(lookupId));
    const parts = { head, generation, status, records, waiting: open };
    await publisher?.publish(buildRequestRecord(parts));
    await ledger.claim(head, { ...claim, isSent: true }, etag);
  }

  private async recordsOf(
    ref: RequestRef,
    members: readonly string[],
  ): Promise<readonly EnrichmentRecord[]> {
    const records = await this.deps.ledger.readRecords(ref, members);
    if (records.length < members.length)
      throw new StorageUnavailableError('read the records of a request', 'NotFound');
    return Promise.all(records.map((record) => this.wholeOf(record)));
  }

  /** One that waited for its queue was shortened by then. */
  private async wholeOf(record: EnrichmentRecord): Promise<EnrichmentRecord> {
    const bytes = record.truncated && (await this.deps.results.read(record.truncated.blob));
    return bytes ? (JSON.parse(bytes.toString('utf8')) as EnrichmentRecord) : record; // written by fitRecord
  }
}

/** Null: nothing new to publish. */
function nextClaim(
  { request }: RequestHead,
  { claim, ended }: RequestState,
  isPartial: boolean,
): Claim | null {
  const members = newestOf(ended).map(({ recordId }) => recordId);
  const isComplete = members.length >= request.of;
  if (!isComplete && !(isPartial && claim === null)) return null;
  const status = isComplete ? 'completed' : 'running';
  const isKnown = claim?.status === status && String(claim.members) === String(members);
  return isKnown
    ? null
    : { generation: (claim?.generation ?? -1) + 1, status, members, isSent: false };
}
