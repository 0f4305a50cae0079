import type { EnvelopeHead } from './Envelope';
import type { Format } from './formats/Format';
import { joinPath } from './joinPath';
import { readContext } from './readContext';
import type { GivenTime, SiemEvent, SiemIndicator, SiemRequest } from './SiemRequest';

/** What a format read, as a request: fields of the plain form only are left open. */
export function toRequest({ name }: Pick<Format, 'name'>, event: SiemEvent): SiemRequest {
  return {
    ...event,
    format: name,
    revision: null,
    priority: 'normal',
    notAfter: null,
    maxAgeMs: null,
    entryPath: '',
  };
}

/** The same request, read from `path` of a larger message. */
export function under(path: string, request: SiemRequest): SiemRequest {
  if (path === '') return request;
  const moved = <T extends { readonly path: string }>(each: T): T => ({
    ...each,
    path: joinPath(path, each.path),
  });
  const time = (given: GivenTime | null) => given && moved(given);
  const indicator = (each: SiemIndicator): SiemIndicator => ({
    ...moved(each),
    time: time(each.time),
    alternatives: each.alternatives.map((other) => ({ ...moved(other), time: time(other.time) })),
  });
  return {
    ...request,
    indicators: request.indicators.map(indicator),
    ignored: request.ignored.map(moved),
    leftOut: request.leftOut.map(moved),
  };
}

/**
 * Adds the envelope's fields: its id is the sender's, but an event among others keeps its own; its time counts where the
 * event has none.
 */
export function withHead(
  request: SiemRequest,
  head: EnvelopeHead,
  isOneOfSeveral: boolean,
): SiemRequest {
  const ids = [head.eventId, request.eventId];
  const { context, contextCut } = readContext({ ...request.context, ...head.context });
  return {
    ...request,
    source: head.source ?? request.source,
    eventId: (isOneOfSeveral ? ids.toReversed() : ids).find((id) => id !== null) ?? null,
    context,
    contextCut: contextCut || request.contextCut,
    indicators: request.indicators.map((each) => ({
      ...each,
      time: each.time ?? head.time,
      alternatives: each.alternatives.map((other) => ({ ...other, time: other.time ?? head.time })),
    })),
  };
}
