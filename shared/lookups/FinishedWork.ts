import type { RequestKeeper } from '../requestRecords/RequestKeeper';
import type { RequestPublisher } from '../requestRecords/RequestPublisher';
import type { RequestSettler } from '../requestRecords/RequestSettler';
import type { RecordPublisher } from './RecordPublisher';
import type { NoteWork, PartialWork, PublishWork } from './Work';

export interface FinishedWorkDeps {
  readonly publisher: Pick<RecordPublisher, 'resume'>;
  /** Null: records of whole requests are off. */
  readonly requestPublisher: Pick<RequestPublisher, 'resume'> | null;
  readonly requests: Pick<RequestKeeper, 'isOut' | 'note'>;
  readonly settler: Pick<RequestSettler, 'settle'>;
}

/** Work about lookups that have ended: their records, and that of their request. */
export class FinishedWork {
  constructor(private readonly deps: FinishedWorkDeps) {}

  /** @throws {BrokerUnreachableError | StorageUnavailableError} */
  async goOn(work: PublishWork | NoteWork | PartialWork): Promise<void> {
    const { requests, settler } = this.deps;
    if (work.type === 'publish') await this.publish(work);
    else if (work.type === 'note') await requests.note(work.record);
    else await settler.settle(work, { isPartial: true });
  }

  private async publish({ record, hop }: PublishWork): Promise<void> {
    const { publisher, requests, requestPublisher } = this.deps;
    if (record.recordType === 'request') await requestPublisher?.resume(record, hop);
    else if (await publisher.resume(record, hop)) await requests.isOut(record);
  }
}
