import type { LogEntry } from './createLogger';

/** Names and values as OpenTelemetry's semantic conventions have them; never what was looked up. */
export type Attributes = Readonly<Record<string, string | number>>;

/** A piece of work that is traced. */
export interface SpanStart {
  readonly name: string;
  /** `consumer`: a message that was delivered; `producer`: messages that are sent; `client`: a call of another service. */
  readonly kind: 'consumer' | 'producer' | 'client';
  readonly attributes: Attributes;
  /** W3C `traceparent` of what it goes on from; default: the span at hand. */
  readonly traceparent?: string | null;
}

/** Counts of this process since its start, and what is left of the quota as it last knew. */
export interface Readings {
  readonly quota: readonly {
    readonly endpoint: string;
    readonly window: 'minute' | 'hour';
    readonly left: number;
  }[];
  readonly cache: { readonly asked: number; readonly hits: number };
}

/** Traces and metrics of this process. */
export interface Telemetry {
  /** Runs the work in a span, with a way to add to its attributes; a throw ends it with the error's name. */
  span<T>(start: SpanStart, work: (note: (more: Attributes) => void) => Promise<T>): Promise<T>;
  /** W3C `traceparent` of the span at hand; null: there is none. */
  traceparent(): string | null;
  /** Makes metrics of a log event. */
  event(entry: LogEntry): void;
  /** `read` is asked whenever metrics are collected. */
  observe(read: () => Readings): void;
  /** Sends what has been collected. Never rejects. */
  close(): Promise<void>;
}

/** Logs alone. */
export const NO_TELEMETRY: Telemetry = {
  span: (_start, work) => work(nothing),
  traceparent: () => null,
  event: nothing,
  observe: nothing,
  close: () => Promise.resolve(),
};

function nothing(): void {
  // There is nothing to note.
}
