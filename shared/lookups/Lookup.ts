import { z } from 'zod';
import { MINUTE_MS } from '../clock/durations';
import { instantSchema } from '../clock/instantSchema';
import type { Indicator } from '../indicators/Indicator';
import type { DeepReadonly } from '../json/DeepReadonly';
import { indicatorFields, requestFields } from '../records/requestFields';

export const PRIORITIES = ['high', 'normal', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

export const requestInfoSchema = z.strictObject(requestFields(instantSchema));
/** What every record states about the request it answers. Instants are Unix ms. */
export type RequestInfo = DeepReadonly<z.infer<typeof requestInfoSchema>>;
/** A value that a request hands in and gets back with each of its records. */
export type Context = RequestInfo['context'];
/** A field that could not be used; the request was answered without it. */
export type Ignored = RequestInfo['ignored'][number];

export const subjectSchema = z.strictObject(indicatorFields(instantSchema));
/** An indicator as a message named it. Instants are Unix ms. */
export type Subject = DeepReadonly<z.infer<typeof subjectSchema>>;

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
  /** Last instant at which an answer is useful (Unix ms). */
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

/** The start of the five minutes that contain an instant (Unix ms). */
export function onGrid(at: number): number {
  return Math.floor(at / GRID_MS) * GRID_MS;
}
