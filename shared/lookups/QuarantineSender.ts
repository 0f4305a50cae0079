import type { Clock, Random } from '../clock/Clock';
import { MessageRefusedError } from '../messaging/MessageRefusedError';
import type { OutgoingMessage, QueueSender } from '../messaging/QueueSender';
import { quarantineDelayed } from '../telemetry/events';
import type { Logger } from '../telemetry/Logger';
import { endlessRetryDelayMs } from '../calls/retryDelay';
import type { QuarantineWork } from './Work';
import type { WorkCodec } from './WorkCodec';

export interface QuarantineSenderDeps {
  readonly quarantine: QueueSender;
  readonly lookups: QueueSender;
  readonly codec: WorkCodec;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * Sends to the quarantine queue. While that refuses, messages for it wait on the work queue, longer each time, so that
 * neither the record of the same lookup nor the unreadable message is held up.
 */
export class QuarantineSender implements QueueSender {
  constructor(private readonly deps: QuarantineSenderDeps) {}

  /** @throws {BrokerUnreachableError | MessageRefusedError | StorageUnavailableError} the work queue does not take them. */
  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    for (const copy of messages) await this.trySending(copy, 0);
  }

  /** Tries once more. @throws as `send`, and {MessageRefusedError} `isTooLarge`: it will never be taken. */
  async resume({ copy, hop }: QuarantineWork): Promise<void> {
    // They name the lookup, if it is of one.
    const about = copy.applicationProperties ?? {};
    await this.deps.logger.within(about, () => this.trySending(copy, hop + 1));
  }

  private async trySending(copy: OutgoingMessage, hop: number): Promise<void> {
    const { quarantine, lookups, codec, clock, random, logger } = this.deps;
    try {
      await quarantine.send([copy]);
    } catch (error) {
      if (!(error instanceof MessageRefusedError)) throw error;
      if (hop > 0 && error.isTooLarge) throw error;
      const waitMs = endlessRetryDelayMs(hop + 1, random);
      const work = { type: 'quarantine', copy, hop } as const;
      await lookups.send([await codec.encode(work, clock.now() + waitMs)]);
      const { queue, condition } = error;
      quarantineDelayed(logger, { quarantineId: copy.messageId, queue, condition, hop, waitMs });
    }
  }
}
