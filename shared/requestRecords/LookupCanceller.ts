import type { Clock } from '../clock/Clock';
import type { CancellationStore, CancelledBy } from '../lookups/Cancellations';
import type { RequestLedger } from './RequestLedger';
import type { RequestSearch } from './RequestSearch';
import { newestOf, type RequestState } from './RequestState';

export interface LookupCancellerDeps {
  readonly search: Pick<RequestSearch, 'findOpen'>;
  readonly ledger: Pick<RequestLedger, 'read'>;
  readonly store: Pick<CancellationStore, 'add'>;
  /** Gives the slots of waiting queue lookups back, those of others among them, which then take new ones. */
  readonly freeSlots: () => Promise<void>;
  readonly clock: Pick<Clock, 'now'>;
}

export interface OpenWork {
  readonly requests: number;
  /** Those that wait, a second look among them. */
  readonly lookups: number;
}

const READS_AT_ONCE = 20;

/** Cancels lookups that wait: each ends as it wakes. */
export class LookupCanceller {
  constructor(private readonly deps: LookupCancellerDeps) {}

  /** What would be cancelled. @throws {StorageUnavailableError} */
  async count(by: CancelledBy): Promise<OpenWork> {
    const { search, ledger } = this.deps;
    const refs = await search.findOpen(by);
    const open: number[] = [];
    for (let from = 0; from < refs.length; from += READS_AT_ONCE) {
      const some = refs.slice(from, from + READS_AT_ONCE);
      const states = await Promise.all(some.map((ref) => ledger.read(ref)));
      open.push(...states.map((state) => (state ? openLookups(state) : 0)));
    }
    const requests = open.filter((lookups) => lookups > 0).length;
    return { requests, lookups: open.reduce((sum, lookups) => sum + lookups, 0) };
  }

  /** @throws {StorageUnavailableError | QuotaUnavailableError} */
  async cancel(by: CancelledBy, { free }: { readonly free: boolean }): Promise<void> {
    const { store, freeSlots, clock } = this.deps;
    await store.add({ writtenAt: clock.now(), by });
    if (free) await freeSlots();
  }
}

function openLookups({ ended, finished, waiting }: RequestState): number {
  const newest = newestOf([...finished, ...ended]);
  const known = new Set(newest.map(({ lookupId }) => lookupId));
  const waits = waiting.filter(({ lookupId }) => !known.has(lookupId)).length;
  return waits + newest.filter(({ final }) => !final).length;
}
