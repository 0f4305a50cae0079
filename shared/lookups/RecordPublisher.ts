import type { Random } from '../clock/Clock';
import { MessageRefusedError } from '../messaging/MessageRefusedError';
import type { QueueSender } from '../messaging/QueueSender';
import type { Quarantine } from '../messaging/Quarantine';
import { publishDelayed } from '../telemetry/events';
import { endlessRetryDelayMs } from '../calls/retryDelay';
import type { EnrichmentRecord } from '../records/EnrichmentRecord';
import { fitRecord, type FitRecordOptions, type FittedRecord } from '../records/fitRecord';
import type { LookupHead } from './Lookup';
import { recordEnded, type RecordEndedDeps } from '../records/recordEnded';
import type { RequestResults } from './RequestResults';
import { tooLargeReason } from '../calls/stepReasons';
import type { PublishWork } from './Work';
import type { WorkCodec } from './WorkCodec';
import { withinLookup } from './withinLookup';

export interface RecordPublisherDeps extends FitRecordOptions, RecordEndedDeps {
  readonly output: QueueSender;
  readonly lookups: QueueSender;
  readonly codec: Pick<WorkCodec, 'encode'>;
  readonly quarantine: Pick<Quarantine, 'putLookup' | 'putMessage'>;
  readonly requests: RequestResults;
  readonly random: Random;
}

const QUARANTINED: readonly EnrichmentRecord['outcome'][] = ['denied', 'expired', 'failed'];

/** Brings finished records to whoever asked: the copy for replay first, the record last. */
export class RecordPublisher {
  constructor(private readonly deps: RecordPublisherDeps) {}

  /** @throws {BrokerUnreachableError | StorageUnavailableError} nothing is lost: the delivery is repeated. */
  async publish(record: EnrichmentRecord, lookup: LookupHead): Promise<void> {
    await this.handOver(record, lookup);
    recordEnded(this.deps, record);
  }

  private async handOver(record: EnrichmentRecord, lookup: LookupHead): Promise<void> {
    if (lookup.replyTo === 'request') return this.deps.requests.complete(record);
    const { reason, outcome, generation } = record;
    if (reason && QUARANTINED.includes(outcome)) {
      const replayable = { ...lookup, generation };
      await this.deps.quarantine.putLookup(replayable, record.id, reason);
    }
    await this.send(await fitRecord(record, this.deps), 0);
  }

  /** Tells whoever polls for the record that it will not come before `until` (Unix ms). */
  async postponed(lookup: LookupHead, resumeAt: number): Promise<void> {
    if (lookup.replyTo === 'request') await this.deps.requests.postponed(lookup, resumeAt);
  }

  /** Tries once more to send a record that the output queue did not take. @throws as `publish`. */
  async resume({ record, hop }: PublishWork): Promise<void> {
    const about = { id: record.lookupId, request: record.request };
    // Once more, as it may have been fitted in another format.
    await withinLookup(this.deps.logger, about, async () =>
      this.send(await fitRecord(record, this.deps), hop + 1),
    );
  }

  private async send({ record, message }: FittedRecord, hop: number): Promise<void> {
    const { output, lookups, codec, clock, random, logger } = this.deps;
    try {
      await output.send([message]);
    } catch (error) {
      if (!(error instanceof MessageRefusedError)) throw error;
      if (error.isTooLarge) return this.putAside(record, error.queue);
      const waitMs = endlessRetryDelayMs(hop + 1, random);
      const work = { type: 'publish', record, hop } as const;
      await lookups.send([await codec.encode(work, clock.now() + waitMs)]);
      const { queue, condition } = error;
      publishDelayed(logger, { recordId: record.id, queue, condition, hop, waitMs });
    }
  }

  /** It would come back for ever: it lies in quarantine whole, for somebody to look at. */
  private async putAside(record: EnrichmentRecord, queue: string): Promise<void> {
    const { quarantine, clock } = this.deps;
    const { id: messageId, request } = record;
    const { correlationId } = request;
    const body = Buffer.from(JSON.stringify(record));
    const source = { queue, messageId, correlationId, enqueuedAt: clock.now() };
    const nowhere = { sequenceNumber: '', deliveryCount: 0, applicationProperties: {} };
    await quarantine.putMessage(body, { ...source, ...nowhere }, tooLargeReason);
  }
}
