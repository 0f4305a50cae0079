import type { Clock } from '../clock/Clock';
import type { QueueSender } from '../messaging/QueueSender';
import { readSiemMessage } from '../siem/readSiemMessage';
import { requestIdOf } from '../siem/toLookups';
import type { Reading } from '../siem/Unreadable';

export interface IngestOptions {
  /** Tells this arrival from every other, where the payload has no id of its own. */
  readonly messageId: string;
  readonly contentType: string;
  readonly correlationId: string;
}

export interface IngestDeps {
  /** To the queue that SIEMs send to. */
  readonly sender: QueueSender;
  readonly clock: Clock;
  readonly tenantId: string;
}

/** Takes SIEM payloads over HTTP and puts them on the SIEM's queue as they are, if intake will be able to read them. */
export class Ingest {
  constructor(private readonly deps: IngestDeps) {}

  /** Resolves to the id that the request will have. @throws {BrokerUnreachableError | MessageRefusedError} */
  async take(
    bytes: Buffer,
    { messageId, contentType, correlationId }: IngestOptions,
  ): Promise<Reading<string>> {
    const { sender, clock, tenantId } = this.deps;
    const reading = readSiemMessage(bytes, tenantId);
    if (!reading.ok) return reading;
    await sender.send([{ messageId, contentType, correlationId, body: bytes }]);
    const where = { channel: 'queue', replyTo: 'queue', messageId, correlationId } as const;
    const arrival = { receivedAt: clock.now(), arrivalId: ['message', messageId] };
    return { ok: true, value: requestIdOf(reading.value, { ...where, ...arrival }) };
  }
}
