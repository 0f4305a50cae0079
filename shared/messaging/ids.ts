import { createHash } from 'node:crypto';

/** Of a request, a lookup, its record, the record of a whole request, and a quarantined message. */
export type IdPrefix = 'r' | 'l' | 'e' | 's' | 'q';

/** Version of what the ids below are made of. Raising it makes every id a new one. */
const VERSION = 1;

/**
 * A pure, collision-free name for a list of strings: `<prefix>_` and the first 40 lower-case hex characters of a
 * SHA-256 over prefix, version and each part with its length. Different lists never run together.
 */
export function hashId(prefix: IdPrefix, version: number, parts: readonly string[]): string {
  const text = [prefix, String(version), ...parts].map((part) => `${part.length}:${part}`).join('');
  // UTF-16, as UTF-8 makes all lone surrogates one and the same.
  const hash = createHash('sha256').update(text, 'utf16le');
  return `${prefix}_${hash.digest('hex').slice(0, 40)}`;
}

/**
 * `origin` distinguishes the request from all others of its source: the sender's own event id, or the broker's message.
 * `content` is what was asked, in canonical form: changed content is a new request.
 */
export function requestId(origin: readonly string[], content: readonly string[]): string {
  return hashId('r', VERSION, [String(origin.length), ...origin, ...content]);
}

/** Tenant, request id, kind, canonical value and, where the message gave one, the time asked for. */
export function lookupId(parts: readonly string[]): string {
  return hashId('l', VERSION, parts);
}

/** Sequence number and enqueued time (Unix ms) of a message: unique within its queue. */
export interface Delivery {
  readonly sequenceNumber: string;
  readonly enqueuedAt: number;
}

/**
 * Also the MessageId of the output message. `generation` counts rechecks and replays from 0. `unaskedOf`: the
 * message of a lookup that ended before any step was asked, so that the record of the same event sent again is not
 * taken for a copy.
 */
export function recordId(
  lookup: string,
  generation: number,
  unaskedOf: Delivery | null = null,
): string {
  const unasked = unaskedOf
    ? ['unasked', unaskedOf.sequenceNumber, String(unaskedOf.enqueuedAt)]
    : [];
  return hashId('e', VERSION, [lookup, String(generation), ...unasked]);
}

/** Of the record of a whole request; also the MessageId of its output message. `generation` counts from 0. */
export function requestRecordId(request: string, generation: number): string {
  return hashId('s', VERSION, [request, String(generation)]);
}

/** `parts`: a record's id, or queue, sequence number and MessageId of a message that could not be read. */
export function quarantineId(parts: readonly string[]): string {
  return hashId('q', VERSION, parts);
}

/** MessageId on the work queue. `hop` counts every send of that step from 0. */
export function workMessageId(
  lookup: string,
  generation: number,
  step: string,
  hop: number,
): string {
  return `${lookup}:${generation}:${step}:${hop}`;
}
