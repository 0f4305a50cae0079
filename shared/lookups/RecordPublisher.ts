import type { Quarantine } from '../messaging/Quarantine';
import type { EnrichmentRecord } from '../records/EnrichmentRecord';
import { fitRecord, type FitRecordOptions } from '../records/fitRecord';
import { recordEnded, type RecordEndedDeps } from '../records/recordEnded';
import type { LookupHead } from './Lookup';
import { isForReplay, type EndedWithRecord } from './LookupEnd';
import { RecordSender, type RecordSenderDeps } from './RecordSender';
import type { RequestResults } from './RequestResults';
import { withinLookup } from './withinLookup';

export interface RecordPublisherDeps extends FitRecordOptions, RecordEndedDeps, RecordSenderDeps {
  readonly quarantine: Pick<Quarantine, 'putLookup' | 'putMessage'>;
  readonly requests: RequestResults;
}

/** Publishes finished records: the copy for replay first, the record last. */
export class RecordPublisher {
  private readonly sender: RecordSender;

  constructor(private readonly deps: RecordPublisherDeps) {
    this.sender = new RecordSender(deps);
  }

  /** @throws {BrokerUnreachableError | StorageUnavailableError} nothing is lost: the delivery is repeated. */
  async publish(record: EnrichmentRecord, lookup: LookupHead): Promise<EndedWithRecord> {
    const end = await this.handOver(record, lookup);
    recordEnded(this.deps, record);
    return { state: 'ended', record, ...end };
  }

  private async handOver(
    record: EnrichmentRecord,
    lookup: LookupHead,
  ): Promise<Pick<EndedWithRecord, 'isOut' | 'isQuarantined'>> {
    if (lookup.replyTo === 'request') {
      await this.deps.requests.complete(record);
      return { isOut: true, isQuarantined: false };
    }
    const { reason, generation } = record;
    const isQuarantined = reason !== null && isForReplay(record);
    if (isQuarantined) {
      const replayable = { ...lookup, generation };
      await this.deps.quarantine.putLookup(replayable, record.id, reason);
    }
    const isOut = await this.sender.send(await fitRecord(record, this.deps), 0);
    return { isOut, isQuarantined };
  }

  /** Reports to pollers that the record will not come before `until` (Unix ms). */
  async postponed(lookup: LookupHead, resumeAt: number): Promise<void> {
    if (lookup.replyTo === 'request') await this.deps.requests.postponed(lookup, resumeAt);
  }

  /** Tries once more to send a record that the output queue did not take; whether it is out. @throws as `publish`. */
  resume(record: EnrichmentRecord, hop: number): Promise<boolean> {
    const about = { id: record.lookupId, request: record.request };
    // Once more, as it may have been fitted in another format.
    return withinLookup(this.deps.logger, about, async () =>
      this.sender.send(await fitRecord(record, this.deps), hop + 1),
    );
  }
}
