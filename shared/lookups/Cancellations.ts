import type { Clock } from '../clock/Clock';
import type { Lookup } from './Lookup';

/** What an operator has cancelled, by one thing. */
export type CancelledBy =
  | { readonly request: string }
  | { readonly source: string }
  /** Received before this (Unix ms). */
  | { readonly before: number };

export interface Cancellation {
  /** Unix ms; it holds for lookups received earlier. */
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
  async covers({ request }: Pick<Lookup, 'request'>): Promise<boolean> {
    if (this.clock.now() - this.readAt >= REREAD_AFTER_MS) await this.reread();
    return this.known.some((each) => isCovered(each, request));
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

export function isCovered(
  { by, writtenAt }: Cancellation,
  { id, source, receivedAt }: Pick<Lookup['request'], 'id' | 'source' | 'receivedAt'>,
): boolean {
  if (receivedAt >= writtenAt) return false;
  if ('request' in by) return by.request === id;
  if ('source' in by) return by.source === source;
  return receivedAt < by.before;
}
