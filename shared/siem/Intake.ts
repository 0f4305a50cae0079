import type { Clock } from '../clock/Clock';
import { buildInvalidRecord } from '../records/buildRecord';
import type { RecordSettings } from '../records/buildRecord';
import type { Lookup } from '../lookups/Lookup';
import type { LookupRunner } from '../lookups/LookupRunner';
import type { RecordPublisher } from '../lookups/RecordPublisher';
import { FIRST_TRIAL } from '../calls/StepAttempt';
import { withinLookup } from '../lookups/withinLookup';
import type { Quarantine, QuarantineSource } from '../messaging/Quarantine';
import type { Logger } from '../telemetry/Logger';
import { readSiemMessage } from './readSiemMessage';
import type { Arrival, TakeInSettings } from './Arrival';
import { toLookups, type InvalidLookup } from './toLookups';

export interface IntakeDeps {
  readonly lookups: Pick<LookupRunner, 'run'>;
  readonly publisher: Pick<RecordPublisher, 'publish'>;
  readonly quarantine: Pick<Quarantine, 'putMessage'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: TakeInSettings & RecordSettings;
}

/** Takes a SIEM message in: every indicator of it ends as a record or goes on as work; what cannot be read is quarantined. */
export class Intake {
  constructor(private readonly deps: IntakeDeps) {}

  /** `deadlineAt`: no Defender call starts after it (Unix ms). @throws {BrokerUnreachableError} deliver it again. */
  async take(
    body: Buffer,
    arrival: Arrival,
    source: QuarantineSource,
    deadlineAt: number,
  ): Promise<void> {
    const { quarantine, settings } = this.deps;
    const reading = readSiemMessage(body, settings.tenantId);
    if (!reading.ok) return quarantine.putMessage(body, source, reading.unreadable);
    const { lookups, invalid } = toLookups(reading.value, arrival, settings);
    const ended = await Promise.allSettled([
      ...invalid.map((each) => this.refuse(each)),
      ...lookups.map((lookup) => this.start(lookup, source, deadlineAt)),
    ]);
    const failure = ended.find((each) => each.status === 'rejected');
    if (failure) throw failure.reason;
  }

  private refuse({ head, reason }: InvalidLookup): Promise<void> {
    const { publisher, clock, logger } = this.deps;
    const record = buildInvalidRecord(head, reason, { now: clock.now() });
    return withinLookup(logger, head, () => publisher.publish(record, head));
  }

  private start(lookup: Lookup, delivery: QuarantineSource, deadlineAt: number): Promise<void> {
    const { lookups } = this.deps;
    const fresh = { generation: 0, isRecheck: false, freshSinceAt: lookup.request.receivedAt };
    const start = { ...FIRST_TRIAL, progress: [], step: null, hop: 0 };
    const isRedelivered = delivery.deliveryCount > 1;
    const state = { lookup, ...fresh, ...start, isNew: true, delivery, isRedelivered };
    return lookups.run(state, deadlineAt);
  }
}
