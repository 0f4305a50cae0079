import type { Context } from '../lookups/Lookup';
import type { Place } from './formats/Place';
import { readTime } from './readTime';
import type { GivenTime } from './SiemRequest';

/** What an event's carrier states about it; null: nothing. */
export interface EnvelopeHead {
  readonly source: string | null;
  readonly eventId: string | null;
  readonly time: GivenTime | null;
  readonly context: Context;
}

export interface Envelope {
  readonly name: string;
  readonly head: EnvelopeHead;
  /** The event itself. */
  readonly content: Place;
}

/** Null: the body is not in this envelope. */
export type Open = (body: Place) => Envelope | null;

export const NO_HEAD: EnvelopeHead = { source: null, eventId: null, time: null, context: {} };

export function eventTimeAt(place: Place): GivenTime | null {
  return place.text === null ? null : { ...readTime(place.text), from: 'event', path: place.path };
}
