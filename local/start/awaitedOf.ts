import type { Awaited } from '../samples/Sample';
import type { Arrival } from '../../shared/siem/Arrival';
import { readSiemMessage } from '../../shared/siem/readSiemMessage';
import { requestIdOf, toLookups } from '../../shared/siem/toLookups';

export interface AwaitedRequest {
  readonly id: string;
  readonly eventId: string | null;
  /** Lookups. */
  readonly of: number;
}

export interface AwaitedAnswers extends Awaited {
  readonly requests: readonly AwaitedRequest[];
}

/**
 * What has to come of a message, as intake will read it. One that cannot be read awaits nothing but its entry in
 * quarantine. `now` is Unix ms.
 */
export function awaitedOf(
  body: Buffer,
  messageId: string,
  tenantId: string,
  now: number,
): AwaitedAnswers {
  const reading = readSiemMessage(body, tenantId);
  if (!reading.ok) return { requests: [], lookups: 0, unreadable: 1 };
  const arrival: Arrival = {
    channel: 'queue',
    replyTo: 'queue',
    messageId,
    correlationId: messageId,
    receivedAt: now,
    arrivalId: ['message', messageId],
    ingestCaller: null,
  };
  const settings = { tenantId, internalIpRanges: [], maxAgeMs: Infinity };
  const requests = reading.value.requests.map((request) => {
    const { lookups, invalid } = toLookups(request, arrival, settings);
    const id = requestIdOf(request, arrival);
    return { id, eventId: request.eventId, of: lookups.length + invalid.length };
  });
  return {
    requests,
    lookups: requests.reduce((sum, { of }) => sum + of, 0),
    unreadable: reading.value.unreadable.length,
  };
}
