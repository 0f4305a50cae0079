import { AppError } from '../errors/AppError';
import type { DeadLetter } from '../messaging/DeadLetterQueue';
import type { DeadLetterConsumer } from '../messaging/DeadLetters';
import type { Quarantine, QuarantineReason } from '../messaging/Quarantine';
import { arrivalOf } from './arrivalOf';
import type { Intake } from './Intake';
import { readSiemMessage } from './readSiemMessage';

export interface DeadLetteredMessagesDeps {
  readonly intake: Pick<Intake, 'take'>;
  readonly quarantine: Pick<Quarantine, 'putMessage'>;
  readonly tenantId: string;
}

/**
 * Dead letters of the queue that SIEMs send to, among them those whose body the platform's binding cannot read (an AMQP
 * value or sequence), so that the app was never asked.
 */
export class DeadLetteredMessages implements DeadLetterConsumer {
  constructor(private readonly deps: DeadLetteredMessagesDeps) {}

  /** Taken in from the dead-letter queue: sent again, it would be another message with other lookups. */
  async takeBack({ body, source }: DeadLetter, deadlineAt: number): Promise<boolean> {
    const { intake, tenantId } = this.deps;
    if (!readSiemMessage(body, tenantId, source.applicationProperties).ok) return false;
    try {
      await intake.take(body, arrivalOf(source), source, deadlineAt);
      return true;
    } catch (error) {
      // What the app raises on purpose will pass; anything else is a fault that each run would meet again.
      if (error instanceof AppError) throw error;
      return false;
    }
  }

  giveUp({ body, source }: DeadLetter, reason: QuarantineReason): Promise<void> {
    return this.deps.quarantine.putMessage(body, source, reason);
  }
}
