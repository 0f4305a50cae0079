import type { EnrichmentRecord } from '../../../shared/records/EnrichmentRecord';
import type { RequestLedger } from '../../../shared/requestRecords/RequestLedger';
import {
  refOf,
  toEndedLookup,
  type Claim,
  type EndedLookup,
  type RequestHead,
  type RequestRef,
  type RequestState,
  type WaitingLookup,
} from '../../../shared/requestRecords/RequestState';

interface Stored {
  head: RequestHead | null;
  claim: Claim | null;
  version: number;
  dueAt: number;
  readonly receivedAt: number;
  readonly records: Map<string, EnrichmentRecord>;
  readonly waiting: Map<string, WaitingLookup>;
  finished: readonly EndedLookup[];
}

/** What the table does, in memory; `act`: an outside action that may fail before or after. */
export class MemoryRequestLedger implements RequestLedger {
  readonly requests = new Map<string, Stored>();

  constructor(
    private readonly act: <T>(effect: () => T) => Promise<T> = async (effect) => effect(),
  ) {}

  open(
    head: RequestHead,
    waiting: readonly WaitingLookup[],
    records: readonly EnrichmentRecord[],
  ): Promise<void> {
    return this.act(() => {
      const stored = this.of(refOf(head));
      stored.head = head;
      stored.version += 1;
      stored.dueAt = Math.max(0, ...waiting.map(({ nextAt }) => nextAt));
      for (const each of waiting) stored.waiting.set(each.lookupId, each);
      for (const record of records) this.put(stored, record);
    });
  }

  async addFinished(
    head: RequestHead,
    claim: Claim,
    ended: readonly EndedLookup[],
  ): Promise<boolean> {
    const stored = this.of(refOf(head));
    if (stored.version > 0) return false;
    Object.assign(stored, { head, claim, version: 1, finished: ended, dueAt: Infinity });
    return true;
  }

  addRecord(record: EnrichmentRecord): Promise<void> {
    return this.act(() => {
      this.put(this.of(refOf(record)), record);
    });
  }

  async noteWaiting(ref: RequestRef, waiting: WaitingLookup): Promise<void> {
    this.of(ref).waiting.set(waiting.lookupId, waiting);
  }

  read({ requestId }: RequestRef): Promise<RequestState | null> {
    return this.act(() => {
      const stored = this.requests.get(requestId);
      if (!stored) return null;
      const { head, claim, version, records, waiting, finished } = stored;
      return {
        head,
        claim,
        finished,
        etag: version === 0 ? null : String(version),
        ended: [...records.values()].map(toEndedLookup),
        waiting: [...waiting.values()],
      };
    });
  }

  readRecords(ref: RequestRef, ids: readonly string[]): Promise<readonly EnrichmentRecord[]> {
    const { records } = this.of(ref);
    return this.act(() => ids.flatMap((id) => records.get(id) ?? []));
  }

  claim(head: RequestHead, claim: Claim, etag: string | null): Promise<string | null> {
    return this.act(() => {
      const stored = this.of(refOf(head));
      if ((stored.version === 0 ? null : String(stored.version)) !== etag) return null;
      stored.head = head;
      stored.claim = claim;
      stored.dueAt = claim.isSent && claim.status === 'completed' ? Infinity : 0;
      stored.version += 1;
      return String(stored.version);
    });
  }

  async overdue(now: number, max: number): Promise<readonly RequestRef[]> {
    const due = [...this.requests].filter(([, { dueAt }]) => dueAt < now);
    return due.slice(0, max).map(([requestId, { receivedAt }]) => ({ requestId, receivedAt }));
  }

  async lookAgainAt(ref: RequestRef, at: number): Promise<void> {
    this.of(ref).dueAt = at;
  }

  private put({ records }: Stored, record: EnrichmentRecord): void {
    if (!records.has(record.id)) records.set(record.id, record);
  }

  private of({ requestId, receivedAt }: RequestRef): Stored {
    const stored = this.requests.get(requestId) ?? {
      head: null,
      claim: null,
      version: 0,
      dueAt: Infinity,
      receivedAt,
      records: new Map<string, EnrichmentRecord>(),
      waiting: new Map<string, WaitingLookup>(),
      finished: [],
    };
    this.requests.set(requestId, stored);
    return stored;
  }
}
