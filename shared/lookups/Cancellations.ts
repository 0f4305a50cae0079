import type { Clock } from '../clock/Clock';
import type { Lookup } from './Lookup';
import type { LookupWork } from './Work';

/** What an operator has cancelled, by one thing. */
export type CancelledBy =
  | { readonly request: string }
  | { readonly source: string }
  /** Received before this (Unix ms). */
  | { readonly before: number };

export interface Cancellation {
  /** Unix ms; it holds for lookups received or replayed earlier. */
  readonly writtenAt: number;
  readonly by: CancelledBy;
}

/** Where cancellations are kept, for as long as a lookup lives. */
export interface CancellationStore {
  /** @throws {StorageUnavailableError} */
  add(cancellation: Cancellation): Promise<void>;
  /** @throws {StorageUnavailableError} */
  list(): Promise<readonly Cancellation[]>;
}

const REREAD_AFTER_MS = 30_000;

/** What is cancelled, as this process last read it. While the store does not answer, what it read before holds. */
export class Cancellations {
  private known: readonly Cancellation[] = [];
  private readAt = -Infinity;
  private reading: Promise<void> | null = null;

  constructor(
    private readonly store: Pick<CancellationStore, 'list'>,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** Whether a lookup that wakes is not wanted any more. Never fails. */
  async covers(work: WokenLookup): Promise<boolean> {
    if (this.clock.now() - this.readAt >= REREAD_AFTER_MS) await this.reread();
    return this.known.some((each) => isCovered(each, work));
  }

  private reread(): Promise<void> {
    this.reading ??= this.store
      .list()
      .then(
        (known) => {
          this.known = known;
        },
        () => undefined,
      )
      .finally(() => {
        this.readAt = this.clock.now();
        this.reading = null;
      });
    return this.reading;
  }
}

type WokenLookup = Pick<LookupWork, 'isRecheck' | 'freshSinceAt'> & {
  readonly lookup: Pick<Lookup, 'request'>;
};

export function isCovered(
  { by, writtenAt }: Cancellation,
  { lookup, isRecheck, freshSinceAt }: WokenLookup,
): boolean {
  const { id, source, receivedAt } = lookup.request;
  // A replay wants answers from its own time on.
  const wantedAt = isRecheck ? receivedAt : Math.max(receivedAt, freshSinceAt);
  if (wantedAt >= writtenAt) return false;
  if ('request' in by) return by.request === id;
  if ('source' in by) return by.source === source;
  return receivedAt < by.before;
}
