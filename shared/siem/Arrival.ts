import type { IpRange } from '../indicators/parseIpRanges';

/** Where a request came in. Instants are Unix ms. */
export interface Arrival {
  readonly channel: 'queue' | 'http';
  readonly replyTo: 'queue' | 'request';
  readonly messageId: string | null;
  readonly correlationId: string | null;
  /** When it was enqueued, or received over HTTP. */
  readonly receivedAt: number;
  /** Distinguishes this arrival from all others, if the sender gave no event id. */
  readonly arrivalId: readonly string[];
  /** Who put it on the queue over HTTP, as this app wrote it; null: it came by the queue alone. */
  readonly ingestCaller: string | null;
}

/** What decides how indicators are taken in. */
export interface TakeInSettings {
  readonly tenantId: string;
  readonly internalIpRanges: readonly IpRange[];
  readonly maxAgeMs: number;
}
