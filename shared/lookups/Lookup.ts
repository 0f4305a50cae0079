import { MINUTE_MS } from '../clock/durations';
import type { Indicator, IndicatorKind, SubjectKind } from '../indicators/Indicator';

export const PRIORITIES = ['high', 'normal', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** A value that a request hands in and gets back with each of its records. */
export type Context = Readonly<Record<string, string | number | boolean>>;

/** What every record says about the request it answers. Instants are Unix ms. */
export interface RequestInfo {
  /** `r_…` */
  readonly id: string;
  readonly source: string;
  readonly channel: 'queue' | 'http';
  /** The sender's own id of the event. */
  readonly eventId: string | null;
  readonly messageId: string | null;
  readonly correlationId: string | null;
  /** When the input was enqueued, or received over HTTP. */
  readonly receivedAt: number;
  readonly context: Context;
  readonly contextCut: boolean;
  /** Fields that were passed over, and why: the first 20. */
  readonly ignored: readonly Ignored[];
  /** How many entries and fields named nothing to look up. */
  readonly leftOutCount: number;
}

export const IGNORED_CODES = ['field.malformed', 'time.malformed', 'time.implausible'] as const;

/** A field that could not be used; the request was answered without it. */
export interface Ignored {
  readonly path: string;
  readonly code: (typeof IGNORED_CODES)[number];
}

/** An indicator as a message named it. */
export interface Subject {
  readonly kind: SubjectKind;
  /** Canonical; for a value that cannot be asked for, as given. */
  readonly value: string;
  readonly original: string;
  /** The sender's own mark on the entry. */
  readonly ref: string | null;
  /** Where in the message it stood. */
  readonly path: string;
  /** Of an IP: whether machines have it on their own interfaces. */
  readonly scope: 'internal' | 'external' | null;
  /** Unix ms. */
  readonly observedAt: number;
  readonly observedAtFrom: 'indicator' | 'event' | 'enqueued';
  /** The text of a time that was not used, as it cannot be read or cannot be. */
  readonly observedAtGiven: string | null;
  /** Whether the time bore no zone and was read as UTC. */
  readonly zoneAssumed: boolean;
  /** Other values that the message gave for the same thing. */
  readonly alternatives: readonly Alternative[];
  /** The other entries that this lookup answers: the first 20. */
  readonly also: readonly EqualEntry[];
}

/** A value to try when the indicator's own brings nothing. */
export interface Alternative {
  readonly kind: IndicatorKind;
  readonly value: string;
  readonly path: string;
  /** Unix ms; null = the message gave no time. */
  readonly observedAt: number | null;
  readonly tried: boolean;
}

/** An entry of the same kind, value, time and `ref`. */
export interface EqualEntry {
  readonly path: string;
  readonly original: string;
  /** Unix ms; null = the message gave no time that could be used. */
  readonly observedAt: number | null;
}

/** One indicator of one request, before it is known whether it can be asked for. */
export interface LookupHead {
  /** `l_…`, the same however often the message is delivered. */
  readonly id: string;
  readonly tenantId: string;
  readonly request: RequestInfo;
  /** 1-based place among the request's `of` distinct lookups. */
  readonly position: number;
  readonly of: number;
  readonly subject: Subject;
  /** Who gets the record: the output queue, or the state of an HTTP request. */
  readonly replyTo: 'queue' | 'request';
}

/** What a lookup of an IP is about; of any other kind always `all`. */
export const ASKS = ['all', 'machines', 'alerts'] as const;
export type Asks = (typeof ASKS)[number];

/** One indicator of one request, on its way to one enrichment record. */
export interface Lookup extends LookupHead {
  readonly indicator: Indicator;
  readonly priority: Priority;
  readonly asks: Asks;
  /** Last instant at which an answer is of use (Unix ms). */
  readonly expiresAt: number;
  /** The request's own limit on the age of a cached answer; null = only the settings'. */
  readonly maxAgeMs: number | null;
}

const GRID_MS = 5 * MINUTE_MS;

/** Whether the time is beyond doubt one that the message gave. */
export function hasGivenTime({ observedAtFrom, zoneAssumed }: Subject): boolean {
  return observedAtFrom !== 'enqueued' && !zoneAssumed;
}

/** When an IP was seen, but never in the future (Unix ms). */
export function seenAt({ subject, request }: LookupHead): number {
  return Math.min(subject.observedAt, request.receivedAt);
}

/**
 * The time an IP is asked for: when it was seen, rounded down so that many alerts about one IP share an answer. Defender
 * looks 15 minutes either way: at least the 15 before and the 10 after are covered.
 */
export function askedAt(lookup: LookupHead): number {
  return onGrid(seenAt(lookup));
}

/** The beginning of the five minutes in which an instant lies (Unix ms). */
export function onGrid(at: number): number {
  return Math.floor(at / GRID_MS) * GRID_MS;
}
