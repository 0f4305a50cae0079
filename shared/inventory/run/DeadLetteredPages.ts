import type { Clock } from '../../clock/Clock';
import { REDRIVEN, type DeadLetter } from '../../messaging/DeadLetterQueue';
import type { DeadLetterConsumer } from '../../messaging/DeadLetters';
import type { Quarantine, QuarantineReason } from '../../messaging/Quarantine';
import type { QueueSender } from '../../messaging/QueueSender';
import { readPageWork, toMessage } from './inventoryMessage';

export interface DeadLetteredPagesDeps {
  /** To the inventory queue. */
  readonly sender: QueueSender;
  readonly quarantine: Pick<Quarantine, 'putMessage'>;
  readonly clock: Clock;
}

/** Dead letters of the inventory queue. A run whose message is given up stops, and is taken over. */
export class DeadLetteredPages implements DeadLetterConsumer {
  constructor(private readonly deps: DeadLetteredPagesDeps) {}

  /** As its next hop, at once; the ticket may be spent. */
  async takeBack({ body }: DeadLetter): Promise<boolean> {
    const now = this.deps.clock.now();
    const work = readPageWork(body, now);
    if (!work) return false;
    const next = toMessage({ ...work, hop: work.hop + 1, ticket: null }, now);
    await this.deps.sender.send([{ ...next, applicationProperties: { [REDRIVEN]: true } }]);
    return true;
  }

  giveUp({ body, source }: DeadLetter, reason: QuarantineReason): Promise<void> {
    return this.deps.quarantine.putMessage(body, source, reason);
  }
}
