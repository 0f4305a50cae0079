import type { Clock } from '../clock/Clock';
import { MINUTE_MS } from '../clock/durations';
import { deadLetterGivenUp, deadLetterTakenBack } from '../telemetry/events';
import type { Logger } from '../telemetry/Logger';
import { REDRIVEN, type DeadLetter, type DeadLetterQueue } from './DeadLetterQueue';
import type { QuarantineReason } from './Quarantine';

/** What becomes of the dead letters of one queue. */
export interface DeadLetterConsumer {
  /** Continues with the message. No Defender call starts after `deadlineAt` (Unix ms). False: it cannot be read. */
  takeBack(letter: DeadLetter, deadlineAt: number): Promise<boolean>;
  /** Ends it, with `reason` in quarantine. */
  giveUp(letter: DeadLetter, reason: QuarantineReason): Promise<void>;
}

export interface DeadLettersDeps {
  readonly queues: readonly {
    readonly letters: DeadLetterQueue;
    readonly consumer: DeadLetterConsumer;
  }[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** In one run, all queues together. */
const MAX_LETTERS = 500;
/** Ends well inside the timer's five minutes, which other work shares. */
const BUDGET_MS = MINUTE_MS;
const MAX_REASON_LENGTH = 300;

/**
 * Messages that the broker gave up on after ten deliveries. Each is taken back once; one that was already, has expired
 * or cannot be read is given up. Ids are functions of the message: two processes that handle the same one, or one that
 * dies in between, change nothing that can be seen.
 */
export class DeadLetters {
  constructor(private readonly deps: DeadLettersDeps) {}

  /** Every queue gets its share of the run. @throws {AppError} of the first that failed: the next run continues. */
  async takeBack(): Promise<void> {
    const { queues, clock } = this.deps;
    const deadlineAt = clock.now() + BUDGET_MS;
    const limits = { max: Math.floor(MAX_LETTERS / queues.length), deadlineAt };
    const ended = await Promise.allSettled(
      queues.map(({ letters, consumer }) =>
        letters.drain((letter) => this.settle(letter, consumer, deadlineAt), limits),
      ),
    );
    const failure = ended.find((each) => each.status === 'rejected');
    if (failure) throw failure.reason;
  }

  private settle(
    letter: DeadLetter,
    consumer: DeadLetterConsumer,
    deadlineAt: number,
  ): Promise<void> {
    const { logger } = this.deps;
    const { queue, messageId, correlationId, applicationProperties } = letter.source;
    const brokerReason = letter.brokerReason.slice(0, MAX_REASON_LENGTH);
    return logger.within({ messageId, correlationId }, async () => {
      const isSpent = letter.hasExpired || REDRIVEN in applicationProperties;
      if (!isSpent && (await consumer.takeBack(letter, deadlineAt))) {
        deadLetterTakenBack(logger, { queue, brokerReason });
        return;
      }
      await consumer.giveUp(letter, {
        code: 'queue.deadLettered',
        message: `The broker gave up on its message: ${brokerReason}`,
      });
      deadLetterGivenUp(logger, { queue, brokerReason });
    });
  }
}
