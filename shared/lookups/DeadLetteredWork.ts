import type { Clock } from '../clock/Clock';
import { MINUTE_MS } from '../clock/durations';
import type { DeadLetter, DeadLetterQueue } from '../messaging/DeadLetterQueue';
import type { Quarantine } from '../messaging/Quarantine';
import type { OutgoingMessage, QueueSender } from '../messaging/QueueSender';
import { StorageUnavailableError } from '../storage/StorageUnavailableError';
import { workGivenUp, workTakenBack } from '../telemetry/events';
import type { Logger } from '../telemetry/Logger';
import type { LookupRunner } from './LookupRunner';
import type { RequestKeeper } from '../requestRecords/RequestKeeper';
import type { FinishedWork } from './FinishedWork';
import type { Reason } from '../calls/Progress';
import { MalformedWorkError } from './MalformedWorkError';
import { REDRIVEN, type WorkCodec } from './WorkCodec';

export interface DeadLetteredWorkDeps {
  /** Of the work queue. */
  readonly deadLetters: DeadLetterQueue;
  /** To the work queue. */
  readonly sender: QueueSender;
  readonly lookups: Pick<LookupRunner, 'giveUp'>;
  readonly finished: Pick<FinishedWork, 'goOn'>;
  readonly requests: Pick<RequestKeeper, 'wentOn'>;
  readonly codec: WorkCodec;
  readonly quarantine: Quarantine;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** In one run. */
const MAX_LETTERS = 500;
/** Ends well inside the timer's five minutes, which other work shares. */
const BUDGET_MS = MINUTE_MS;
const MAX_REASON_LENGTH = 300;

/**
 * Work that the broker gave up on after ten deliveries. While it lies there, the same event sent again is taken for a
 * copy: so it is taken back once, and ends with a record the second time. Ids are functions of the message: two
 * processes that handle the same one, or one that dies in between, change nothing that can be seen.
 */
export class DeadLetteredWork {
  constructor(private readonly deps: DeadLetteredWorkDeps) {}

  /** @throws {BrokerUnreachableError | StorageUnavailableError} the next run goes on. */
  async takeBack(): Promise<void> {
    const { deadLetters, clock } = this.deps;
    const limits = { max: MAX_LETTERS, deadlineAt: clock.now() + BUDGET_MS };
    await deadLetters.drain((letter) => this.settle(letter), limits);
  }

  private settle(letter: DeadLetter): Promise<void> {
    const { sender, logger } = this.deps;
    const { messageId, correlationId, applicationProperties } = letter.source;
    return logger.within({ messageId, correlationId }, async () => {
      const again = REDRIVEN in applicationProperties ? null : this.again(letter);
      await (again ? sender.send([again]) : this.giveUp(letter));
      const report = again ? workTakenBack : workGivenUp;
      report(logger, { brokerReason: letter.brokerReason });
    });
  }

  /** Null: nothing that could go on. */
  private again({ body, source }: DeadLetter): OutgoingMessage | null {
    try {
      return this.deps.codec.takeBack({ body, correlationId: source.correlationId });
    } catch (error) {
      if (error instanceof MalformedWorkError) return null;
      throw error;
    }
  }

  /**
   * A lookup ends with a record and lies in quarantine, whole. What is about ended lookups is done once more, or waits
   * on. The rest lies in quarantine as it is.
   */
  private async giveUp({ body, source, brokerReason }: DeadLetter): Promise<void> {
    const { lookups, finished, requests, codec, quarantine } = this.deps;
    const reason: Reason = {
      code: 'queue.deadLettered',
      message: `The broker gave up on its message: ${brokerReason.slice(0, MAX_REASON_LENGTH)}`,
    };
    const work = await codec.decode(body).catch((error: unknown) => {
      if (error instanceof StorageUnavailableError) throw error;
      return null; // It may be what nothing could be done with in the first place.
    });
    if (work?.type === 'lookup') await requests.wentOn(await lookups.giveUp(work, reason));
    else if (work && work.type !== 'quarantine') await finished.goOn(work);
    else await quarantine.putMessage(body, source, reason);
  }
}
