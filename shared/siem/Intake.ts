import type { Clock } from '../clock/Clock';
import { buildInvalidRecord } from '../records/buildRecord';
import type { RecordSettings } from '../records/buildRecord';
import type { Lookup } from '../lookups/Lookup';
import type { LookupEnd } from '../lookups/LookupEnd';
import type { LookupRunner } from '../lookups/LookupRunner';
import type { RecordPublisher } from '../lookups/RecordPublisher';
import { FIRST_TRIAL } from '../calls/StepAttempt';
import { withinLookup } from '../lookups/withinLookup';
import type { Quarantine, QuarantineSource } from '../messaging/Quarantine';
import type { RequestKeeper } from '../requestRecords/RequestKeeper';
import type { Logger } from '../telemetry/Logger';
import { eventsOfOtherTenants, nothingToLookUp } from '../telemetry/events';
import type { Json } from '../json/Json';
import { toText } from './fields';
import { readSiemMessage } from './readSiemMessage';
import type { UnreadableEntry } from './SiemMessage';
import type { SiemRequest } from './SiemRequest';
import type { Arrival, TakeInSettings } from './Arrival';
import { toLookups, type InvalidLookup } from './toLookups';

/** Entries of a message that are quarantined one by one. */
const MAX_PUT_ASIDE = 50;

export interface IntakeDeps {
  readonly lookups: Pick<LookupRunner, 'run'>;
  readonly publisher: Pick<RecordPublisher, 'publish'>;
  readonly requests: Pick<RequestKeeper, 'taken'>;
  readonly quarantine: Pick<Quarantine, 'putMessage'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: TakeInSettings & RecordSettings;
}

/** Takes a SIEM message in: every indicator of it becomes a record or work; what cannot be read is quarantined. */
export class Intake {
  constructor(private readonly deps: IntakeDeps) {}

  /** `deadlineAt`: no Defender call starts after it (Unix ms). @throws {BrokerUnreachableError} deliver it again. */
  async take(
    body: Buffer,
    arrival: Arrival,
    source: QuarantineSource,
    deadlineAt: number,
  ): Promise<void> {
    const { quarantine, settings, logger } = this.deps;
    const reading = readSiemMessage(body, settings.tenantId, source.applicationProperties);
    if (!reading.ok) return quarantine.putMessage(body, source, reading.unreadable);
    const { requests, unreadable, leftOut } = reading.value;
    if (leftOut.length > 0) eventsOfOtherTenants(logger, { events: leftOut.length });
    await allOf([
      this.putAside(body, unreadable, source),
      ...requests.map((request) => this.takeIn(request, arrival, source, deadlineAt)),
    ]);
  }

  /** Each entry alone; if there are many, the whole message: the others of it are the same requests whenever it is replayed. */
  private async putAside(
    body: Buffer,
    entries: readonly UnreadableEntry[],
    source: QuarantineSource,
  ): Promise<void> {
    const { quarantine } = this.deps;
    const [first] = entries;
    if (!first) return;
    if (entries.length > MAX_PUT_ASIDE) {
      await quarantine.putMessage(body, source, first.unreadable);
      return;
    }
    const puts = entries.map(({ path, body: entry, unreadable: { code, message } }) => {
      const reason = { code, message: `${path}: ${message}` };
      return quarantine.putMessage(toBytes(entry), source, reason, path);
    });
    await Promise.all(puts);
  }

  /** The record of the request comes after those of its lookups. */
  private async takeIn(
    request: SiemRequest,
    arrival: Arrival,
    source: QuarantineSource,
    deadlineAt: number,
  ): Promise<void> {
    const { requests, logger, clock, settings } = this.deps;
    const { info, lookups, invalid } = toLookups(request, arrival, settings);
    const { format, leftOut, leftOutCount } = request;
    const startedAt = new Date(clock.now()).toISOString();
    const ends = await allOf([
      ...invalid.map((each) => this.refuse(each)),
      ...lookups.map((lookup) => this.start(lookup, source, deadlineAt)),
    ]);
    if (ends.length === 0) nothingToLookUp(logger, { requestId: info.id, format, leftOutCount });
    const receivedAt = new Date(info.receivedAt).toISOString();
    const about = { ...info, receivedAt, of: ends.length };
    const head = { tenantId: settings.tenantId, request: about, format, leftOut, startedAt };
    const isRedelivered = source.deliveryCount > 1;
    await requests.taken(head, ends, { isRedelivered });
  }

  private refuse({ head, reason }: InvalidLookup): Promise<LookupEnd> {
    const { publisher, clock, logger } = this.deps;
    const record = buildInvalidRecord(head, reason, { now: clock.now() });
    return withinLookup(logger, head, () => publisher.publish(record, head));
  }

  private start(
    lookup: Lookup,
    delivery: QuarantineSource,
    deadlineAt: number,
  ): Promise<LookupEnd> {
    const { lookups } = this.deps;
    const fresh = { generation: 0, isRecheck: false, freshSinceAt: lookup.request.receivedAt };
    const start = { ...FIRST_TRIAL, progress: [], step: null, hop: 0 };
    const isRedelivered = delivery.deliveryCount > 1;
    const state = { lookup, ...fresh, ...start, isNew: true, delivery, isRedelivered };
    return lookups.run(state, deadlineAt);
  }
}

/** What each resolves to. @throws the first failure, once all are over. */
async function allOf<T>(work: readonly Promise<T>[]): Promise<readonly T[]> {
  const ended = await Promise.allSettled(work);
  return ended.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
}

const toBytes = (body: Json): Buffer => Buffer.from(toText(body));
