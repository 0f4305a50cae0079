import type { Clock, Random } from '../clock/Clock';
import { MINUTE_MS } from '../clock/durations';
import { endlessRetryDelayMs } from '../calls/retryDelay';
import { endpoints } from '../defender/endpoints';
import type { EndedWithRecord, LookupEnd } from '../lookups/LookupEnd';
import type { WorkCodec } from '../lookups/WorkCodec';
import type { QueueSender } from '../messaging/QueueSender';
import { toRecordIndicator } from '../records/buildRecord';
import type { EnrichmentRecord } from '../records/EnrichmentRecord';
import { StorageUnavailableError } from '../storage/StorageUnavailableError';
import { noteDelayed, requestNotKept } from '../telemetry/events';
import type { Logger } from '../telemetry/Logger';
import { BackgroundWork } from './BackgroundWork';
import { buildRequestRecord } from './buildRequestRecord';
import type { RequestLedger } from './RequestLedger';
import type { RequestPublisher } from './RequestPublisher';
import type { RequestSettler } from './RequestSettler';
import { headOf, refOf, toEndedLookup, type RequestHead, type WaitingLookup } from './RequestState';

export interface RequestKeeperDeps {
  readonly ledger: RequestLedger;
  readonly settler: Pick<RequestSettler, 'settle'>;
  /** Null: records of requests are off. */
  readonly publisher: Pick<RequestPublisher, 'publish'> | null;
  /** To the work queue. */
  readonly lookups: QueueSender;
  readonly codec: Pick<WorkCodec, 'encode'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** After how long a request that is not finished is published as it is; 0 = never. */
  readonly partialAfterMs: number;
}

/** What cannot be noted is tried again at least this often. */
export const MAX_NOTE_DELAY_MS = 10 * MINUTE_MS;

/**
 * Follows queue requests from intake to their last lookup. Its state is in the ledger; while that does not answer,
 * records that are out wait on the work queue, and only the record of the whole request comes later.
 */
export class RequestKeeper {
  private readonly background = new BackgroundWork();

  constructor(private readonly deps: RequestKeeperDeps) {}

  /** A message was taken in; `ends`: of all lookups of its request. @throws {BrokerUnreachableError | StorageUnavailableError} */
  async taken(
    head: RequestHead,
    ends: readonly LookupEnd[],
    { isRedelivered }: { readonly isRedelivered: boolean },
  ): Promise<void> {
    const isOver = ends.every(isOverForGood) && (!isRedelivered || ends.length === 0);
    if (!isOver) return this.keep(head, ends);
    const records = ends.filter(isEnded).map(({ record }) => record);
    const request = { head, generation: 0, status: 'completed', records, waiting: [] } as const;
    await this.deps.publisher?.publish(buildRequestRecord(request));
    const isToCome = this.background.add(() => this.rememberFinished(head, ends, records));
    if (!isToCome) this.reportNotKept(head, 'Busy');
  }

  /** A lookup that waited went on. @throws {BrokerUnreachableError | StorageUnavailableError} */
  async wentOn(end: LookupEnd): Promise<void> {
    const { ledger, clock } = this.deps;
    if (end.state === 'waiting') {
      const { request, replyTo } = end.lookup;
      const ref = { requestId: request.id, receivedAt: request.receivedAt };
      // For tracing only.
      if (replyTo === 'queue')
        this.background.add(() =>
          ledger.noteWaiting(ref, toWaiting(end, clock.now())).catch(() => undefined),
        );
    } else if (end.isOut && end.record.request.channel === 'queue') await this.isOut(end.record);
  }

  /** A record has left that waited for its queue, or is a lookup's end. @throws as `wentOn` */
  async isOut(record: EnrichmentRecord): Promise<void> {
    await this.note(record).catch((error: unknown) => this.noteLater([record], error));
  }

  /** Notes a record, and publishes that of the whole request if it was the last. @throws {BrokerUnreachableError | StorageUnavailableError} */
  async note(record: EnrichmentRecord): Promise<void> {
    await this.deps.ledger.addRecord(record);
    await this.deps.settler.settle(refOf(record), { head: headOf(record) });
  }

  private async keep(head: RequestHead, ends: readonly LookupEnd[]): Promise<void> {
    const { ledger, settler, clock } = this.deps;
    const now = clock.now();
    const records = ends.flatMap((end) => (isEnded(end) && end.isOut ? [end.record] : []));
    const waiting = ends.flatMap((end) => (isEnded(end) && end.isOut ? [] : [toWaiting(end, now)]));
    try {
      await ledger.open(head, waiting, records);
      // Also while some wait: the last of those may have ended, elsewhere, before this was written.
      await settler.settle(refOf(head), { head });
    } catch (error) {
      await this.noteLater(records, error);
    }
    if (waiting.length > 0) await this.schedulePartial(head);
  }

  /** Neither the request nor its record waits for this: the row serves those who look for it. */
  private async rememberFinished(
    head: RequestHead,
    ends: readonly LookupEnd[],
    records: readonly EnrichmentRecord[],
  ): Promise<void> {
    const ended = records.map(toEndedLookup).toSorted((a, b) => a.position - b.position);
    const members = ended.map(({ recordId }) => recordId);
    const claim = { generation: 0, status: 'completed', members, isSent: true } as const;
    try {
      const isNew = await this.deps.ledger.addFinished(head, claim, ended);
      // An earlier delivery of the same event may have ended otherwise.
      if (!isNew && records.length > 0) await this.keep(head, ends);
    } catch (error) {
      this.reportNotKept(
        head,
        error instanceof StorageUnavailableError ? error.condition : 'unknown',
      );
    }
  }

  private reportNotKept({ request }: RequestHead, condition: string): void {
    requestNotKept(this.deps.logger, { requestId: request.id, condition });
  }

  /** @throws what is not the storage's fault. */
  private async noteLater(records: readonly EnrichmentRecord[], error: unknown): Promise<void> {
    if (!(error instanceof StorageUnavailableError)) throw error;
    const { lookups, codec, clock, random, logger } = this.deps;
    const waitMs = Math.min(endlessRetryDelayMs(1, random), MAX_NOTE_DELAY_MS);
    for (const record of records) {
      const work = { type: 'note', record, hop: 0 } as const;
      await lookups.send([await codec.encode(work, clock.now() + waitMs)]);
      const { condition } = error;
      noteDelayed(logger, { requestId: record.request.id, condition, waitMs });
    }
  }

  private async schedulePartial({ request }: RequestHead): Promise<void> {
    const { lookups, codec, publisher, partialAfterMs } = this.deps;
    if (!publisher || partialAfterMs === 0) return;
    const { id: requestId, correlationId } = request;
    const receivedAt = Date.parse(request.receivedAt);
    const look = { type: 'partial', requestId, receivedAt, correlationId, hop: 0 } as const;
    await lookups.send([await codec.encode(look, receivedAt + partialAfterMs)]);
  }
}

const isEnded = (end: LookupEnd): end is EndedWithRecord => end.state === 'ended';

/** Nothing will change its record. */
const isOverForGood = (end: LookupEnd): boolean =>
  isEnded(end) && end.isOut && end.record.final && !end.isQuarantined;

function toWaiting(end: LookupEnd, now: number): WaitingLookup {
  if (isEnded(end)) {
    const { lookupId, generation, indicator, request } = end.record;
    const { position } = request;
    const wait = { endpoint: null, waitsFor: 'service', nextAt: now } as const;
    return { lookupId, position, generation, indicator, ...wait };
  }
  const { lookup, generation, endpoint, waitsFor, resumeAt } = end;
  return {
    lookupId: lookup.id,
    position: lookup.position,
    generation,
    indicator: toRecordIndicator(lookup.subject),
    endpoint: endpoints[endpoint].label,
    waitsFor,
    nextAt: resumeAt,
  };
}
