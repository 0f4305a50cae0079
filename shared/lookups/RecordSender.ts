import type { Clock, Random } from '../clock/Clock';
import { tooLargeReason } from '../calls/stepReasons';
import { endlessRetryDelayMs } from '../calls/retryDelay';
import { MessageRefusedError } from '../messaging/MessageRefusedError';
import type { Quarantine } from '../messaging/Quarantine';
import type { OutgoingMessage, QueueSender } from '../messaging/QueueSender';
import { publishDelayed } from '../telemetry/events';
import type { Logger } from '../telemetry/Logger';
import type { PublishWork } from './Work';
import type { WorkCodec } from './WorkCodec';

export interface RecordSenderDeps {
  readonly output: QueueSender;
  readonly lookups: QueueSender;
  readonly codec: Pick<WorkCodec, 'encode'>;
  readonly quarantine: Pick<Quarantine, 'putMessage'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Sends records to an output queue; what that does not take waits on the work queue, longer each time. */
export class RecordSender {
  constructor(private readonly deps: RecordSenderDeps) {}

  /**
   * True: it is out, or the queue will never take it and it is in quarantine; false: it is tried again later.
   * @throws {BrokerUnreachableError | StorageUnavailableError} nothing is lost: the delivery is repeated.
   */
  async send(
    { record, message }: Pick<PublishWork, 'record'> & { readonly message: OutgoingMessage },
    hop: number,
  ): Promise<boolean> {
    const { output, lookups, codec, clock, random, logger } = this.deps;
    try {
      await output.send([message]);
      return true;
    } catch (error) {
      if (!(error instanceof MessageRefusedError)) throw error;
      if (error.isTooLarge) {
        await this.putAside(record, error.queue);
        return true;
      }
      const waitMs = endlessRetryDelayMs(hop + 1, random);
      const work = { type: 'publish', record, hop } as const;
      await lookups.send([await codec.encode(work, clock.now() + waitMs)]);
      const { queue, condition } = error;
      publishDelayed(logger, { recordId: record.id, queue, condition, hop, waitMs });
      return false;
    }
  }

  /** It would be redelivered endlessly: quarantine holds it whole, for an operator. */
  private async putAside(record: PublishWork['record'], queue: string): Promise<void> {
    const { quarantine, clock } = this.deps;
    const { id: messageId, request } = record;
    const { correlationId } = request;
    const body = Buffer.from(JSON.stringify(record));
    const source = { queue, messageId, correlationId, enqueuedAt: clock.now() };
    const nowhere = { sequenceNumber: '', deliveryCount: 0, applicationProperties: {} };
    await quarantine.putMessage(body, { ...source, ...nowhere }, tooLargeReason);
  }
}
