import type { Outcome } from '../../shared/records/EnrichmentRecord';

/** A message as a SIEM might put it on the queue, and what has to become of it. */
export interface Sample {
  /** Unique; its MessageId and the name of its golden record. */
  readonly name: string;
  readonly title: string;
  /** The bytes on the wire. */
  readonly body: string | Buffer;
  /** The outcome of each of its lookups, in their order; or the reason code under which the message is quarantined. */
  readonly expected: readonly Outcome[] | { readonly quarantined: string };
  /** Records expected of a message with several events; otherwise its first record gives the number. */
  readonly awaited?: Awaited;
  /** Name of the sample whose event this one repeats: one answer for both, published once. */
  readonly repeats?: string;
}

export interface Awaited {
  readonly lookups: number;
  /** Events that are quarantined, each alone. */
  readonly unreadable: number;
}

/** Samples that are shown together, in this order. */
export interface SampleGroup {
  readonly heading: string;
  readonly samples: readonly Sample[];
}

/** ISO time of an instant that many milliseconds after (negative: before) the start of the simulated fleet. */
export type At = (offsetMs: number) => string;
