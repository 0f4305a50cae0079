import type { Clock } from '../clock/Clock';
import type { QueueSender } from '../messaging/QueueSender';
import type { TakeInSettings } from '../siem/Arrival';
import { INGEST_CALLER } from '../siem/arrivalOf';
import { explainMessage, type Explanation } from '../siem/explainMessage';
import { readSiemMessage } from '../siem/readSiemMessage';
import type { LeftOut } from '../records/requestFields';
import { MAX_LEFT_OUT } from '../siem/LeftOutList';
import { requestIdOf } from '../siem/toLookups';
import type { Reading } from '../siem/Unreadable';

export interface IngestOptions {
  /** Distinguishes this arrival from all others, where the payload has no id. */
  readonly messageId: string;
  readonly contentType: string;
  readonly correlationId: string;
  /** The calling application's id; `key` for holders of a function key. */
  readonly caller: string;
}

export interface Taken {
  /** Of the first event; null: all of them are another tenant's. */
  readonly requestId: string | null;
  /** One per event of the payload. */
  readonly requestIds: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

export interface IngestDeps {
  /** To the queue that SIEMs send to. */
  readonly sender: QueueSender;
  readonly clock: Clock;
  readonly settings: TakeInSettings;
}

/** Takes SIEM payloads over HTTP and puts them on the SIEM's queue as they are, if intake will be able to read them. */
export class Ingest {
  constructor(private readonly deps: IngestDeps) {}

  /** How a payload would be read, if it were taken now. */
  explain(bytes: Buffer): Explanation {
    return explainMessage(bytes, this.deps.settings, this.deps.clock.now());
  }

  /** Resolves to the id that the request will have, and to what it does not ask for. @throws {BrokerUnreachableError | MessageRefusedError} */
  async take(
    bytes: Buffer,
    { messageId, contentType, correlationId, caller }: IngestOptions,
  ): Promise<Reading<Taken>> {
    const { sender, clock, settings } = this.deps;
    const reading = readSiemMessage(bytes, settings.tenantId);
    if (!reading.ok) return reading;
    const applicationProperties = { [INGEST_CALLER]: caller };
    await sender.send([
      { messageId, contentType, correlationId, body: bytes, applicationProperties },
    ]);
    const where = { channel: 'queue', replyTo: 'queue', messageId, correlationId } as const;
    const who = { arrivalId: ['message', messageId], ingestCaller: caller };
    const arrival = { ...where, ...who, receivedAt: clock.now() };
    const { requests, leftOut } = reading.value;
    const requestIds = requests.map((request) => requestIdOf(request, arrival));
    const [requestId = null] = requestIds;
    const all = [...leftOut, ...requests.flatMap((request) => request.leftOut)];
    return { ok: true, value: { requestId, requestIds, leftOut: all.slice(0, MAX_LEFT_OUT) } };
  }
}
