import type { KeepWholeOptions } from '../records/keepWhole';
import { RecordSender, type RecordSenderDeps } from '../lookups/RecordSender';
import { requestEnded } from '../telemetry/events';
import { fitRequestRecord } from './fitRequestRecord';
import type { RequestRecord } from './RequestRecord';
import { toRequestMessage } from './toRequestMessage';

/** Sends the records of whole requests. */
export class RequestPublisher {
  private readonly sender: RecordSender;

  /** `output`: the queue or topic for them. */
  constructor(private readonly deps: RecordSenderDeps & KeepWholeOptions) {
    this.sender = new RecordSender(deps);
  }

  /** @throws {BrokerUnreachableError | StorageUnavailableError} nothing is lost: the delivery is repeated. */
  async publish(record: RequestRecord): Promise<void> {
    const { logger, clock } = this.deps;
    const { generation, status, request, startedAt } = record;
    await this.within(record, async () => {
      await this.sender.send(await fitRequestRecord(record, this.deps), 0);
      const { of, done } = request;
      const tookMs = clock.now() - Date.parse(startedAt);
      requestEnded(logger, { requestId: request.id, generation, status, of, done, tookMs });
    });
  }

  /** Tries once more to send one that the output queue did not take. @throws as `publish`. */
  async resume(record: RequestRecord, hop: number): Promise<void> {
    const again = { record, message: toRequestMessage(record) };
    await this.within(record, () => this.sender.send(again, hop + 1));
  }

  private within<T>({ request }: RequestRecord, work: () => Promise<T>): Promise<T> {
    const { id: requestId, messageId, correlationId } = request;
    return this.deps.logger.within({ messageId, correlationId, requestId }, work);
  }
}
