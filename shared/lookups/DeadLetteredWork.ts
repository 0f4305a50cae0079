import type { DeadLetter } from '../messaging/DeadLetterQueue';
import type { DeadLetterConsumer } from '../messaging/DeadLetters';
import type { Quarantine, QuarantineReason } from '../messaging/Quarantine';
import type { QueueSender } from '../messaging/QueueSender';
import type { LookupRunner } from './LookupRunner';
import type { RequestKeeper } from '../requestRecords/RequestKeeper';
import type { FinishedWork } from './FinishedWork';
import { MalformedWorkError } from './MalformedWorkError';
import type { WorkCodec } from './WorkCodec';

export interface DeadLetteredWorkDeps {
  /** To the work queue. */
  readonly sender: QueueSender;
  readonly lookups: Pick<LookupRunner, 'giveUp'>;
  readonly finished: Pick<FinishedWork, 'goOn'>;
  readonly requests: Pick<RequestKeeper, 'wentOn'>;
  readonly codec: WorkCodec;
  readonly quarantine: Pick<Quarantine, 'putMessage'>;
}

/** Dead letters of the work queue. While one remains, the same event sent again is taken for a copy. */
export class DeadLetteredWork implements DeadLetterConsumer {
  constructor(private readonly deps: DeadLetteredWorkDeps) {}

  /** As its next hop, at once. */
  async takeBack({ body, source }: DeadLetter): Promise<boolean> {
    const { codec, sender } = this.deps;
    const { correlationId } = source;
    const next = await readable(() => codec.takeBack({ body, correlationId }));
    if (next) await sender.send([next]);
    return next !== null;
  }

  /**
   * A lookup ends with a record and lies in quarantine, whole. What is about ended lookups is done once more, or waits
   * on. The rest lies in quarantine as it is.
   */
  async giveUp({ body, source }: DeadLetter, reason: QuarantineReason): Promise<void> {
    const { lookups, finished, requests, codec, quarantine } = this.deps;
    const work = await readable(() => codec.decode(body));
    if (work?.type === 'lookup') await requests.wentOn(await lookups.giveUp(work, reason));
    else if (work && work.type !== 'quarantine') await finished.goOn(work);
    else await quarantine.putMessage(body, source, reason);
  }
}

/** Null: it may be what nothing could be done with in the first place. */
async function readable<T>(read: () => T | Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof MalformedWorkError) return null;
    throw error;
  }
}
