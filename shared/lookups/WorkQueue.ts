import type { Clock, Random } from '../clock/Clock';
import { MessageRefusedError } from '../messaging/MessageRefusedError';
import type { Quarantine, QuarantineSource } from '../messaging/Quarantine';
import type { QueueSender } from '../messaging/QueueSender';
import { StorageUnavailableError } from '../storage/StorageUnavailableError';
import type { LookupRunner } from './LookupRunner';
import type { QuarantineSender } from './QuarantineSender';
import { endlessRetryDelayMs } from '../calls/retryDelay';
import { tooLargeReason } from '../calls/stepReasons';
import { MAX_NOTE_DELAY_MS, type RequestKeeper } from '../requestRecords/RequestKeeper';
import type { Cancellations } from './Cancellations';
import type { FinishedWork } from './FinishedWork';
import type { LookupEnd } from './LookupEnd';
import type { LookupWork, QuarantineWork, Work } from './Work';
import { MalformedWorkError } from './MalformedWorkError';
import type { WorkCodec } from './WorkCodec';

export interface WorkQueueDeps {
  readonly lookups: Pick<LookupRunner, 'run' | 'cancel'>;
  readonly cancellations: Pick<Cancellations, 'covers'>;
  readonly finished: Pick<FinishedWork, 'goOn'>;
  readonly requests: Pick<RequestKeeper, 'wentOn'>;
  readonly codec: Pick<WorkCodec, 'decode' | 'putOff'>;
  readonly sender: QueueSender;
  readonly quarantine: Pick<Quarantine, 'putMessage'>;
  readonly copies: Pick<QuarantineSender, 'resume'>;
  readonly clock: Clock;
  readonly random: Random;
}

/** What only the table keeps waiting is tried again soon after it is back. */
const MAX_DELAY_MS: Partial<Record<Work['type'], number>> = {
  note: MAX_NOTE_DELAY_MS,
  partial: MAX_NOTE_DELAY_MS,
};

/** What becomes of the messages that this app sends to itself. */
export class WorkQueue {
  constructor(private readonly deps: WorkQueueDeps) {}

  /** `deadlineAt`: no Defender call starts after it (Unix ms). @throws {BrokerUnreachableError} deliver it again. */
  async handle(body: Buffer, source: QuarantineSource, deadlineAt: number): Promise<void> {
    const { codec, sender, quarantine, clock, random } = this.deps;
    try {
      await this.goOn(await codec.decode(body), source, deadlineAt);
    } catch (error) {
      if (error instanceof MalformedWorkError) {
        return quarantine.putMessage(body, source, { code: error.code, message: error.message });
      }
      if (!(error instanceof StorageUnavailableError)) throw error;
      const later = (failures: number, type: Work['type']) =>
        clock.now() +
        Math.min(endlessRetryDelayMs(failures, random), MAX_DELAY_MS[type] ?? Infinity);
      await sender.send([codec.putOff({ body, correlationId: source.correlationId }, later)]);
    }
  }

  private async goOn(work: Work, source: QuarantineSource, deadlineAt: number): Promise<void> {
    if (work.type === 'quarantine') return this.putAside(work, source);
    if (work.type !== 'lookup') return this.deps.finished.goOn(work);
    await this.deps.requests.wentOn(await this.look(work, source, deadlineAt));
  }

  private async look(
    work: LookupWork,
    source: QuarantineSource,
    deadlineAt: number,
  ): Promise<LookupEnd> {
    const { lookups, cancellations } = this.deps;
    if (await cancellations.covers(work)) return lookups.cancel(work, source);
    const isRedelivered = source.deliveryCount > 1;
    // The delivery before may have spent the ticket.
    const ticket = isRedelivered ? null : work.ticket;
    const state = { ...work, ticket, isNew: false, delivery: null, isRedelivered };
    return lookups.run(state, deadlineAt);
  }

  /** A copy that the quarantine queue will never take lies whole in a blob that a smaller one names. */
  private async putAside(work: QuarantineWork, source: QuarantineSource): Promise<void> {
    const { copies, quarantine } = this.deps;
    try {
      await copies.resume(work);
    } catch (error) {
      if (!(error instanceof MessageRefusedError && error.isTooLarge)) throw error;
      await quarantine.putMessage(work.copy.body, source, tooLargeReason);
    }
  }
}
