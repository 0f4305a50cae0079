import { QuarantineSender } from '../lookups/QuarantineSender';
import { RecordPublisher } from '../lookups/RecordPublisher';
import { WorkCodec } from '../lookups/WorkCodec';
import {
  createServiceBusSenders,
  type ServiceBusSenders,
} from '../messaging/createServiceBusSenders';
import { Quarantine } from '../messaging/Quarantine';
import type { QueueSender } from '../messaging/QueueSender';
import { PROJECTIONS } from '../projections/projections';
import { RequestPublisher } from '../requestRecords/RequestPublisher';
import type { Stores } from './createStores';
import type { Foundation } from './Foundation';

export interface Messaging {
  readonly senders: ServiceBusSenders;
  /** To the work queue. */
  readonly lookups: QueueSender;
  readonly codec: WorkCodec;
  /** To the quarantine queue; what that does not accept is queued as work. */
  readonly copies: QuarantineSender;
  readonly quarantine: Quarantine;
  readonly publisher: RecordPublisher;
  /** Null: records of whole requests are off. */
  readonly requestPublisher: RequestPublisher | null;
}

/** What leaves by the broker: work, records and what is put aside. */
export function createMessaging(foundation: Foundation, stores: Stores): Messaging {
  const { config, clock, random, logger, activity } = foundation;
  const { results, storage, requests, fit } = stores;
  const senders = createServiceBusSenders(foundation);
  const lookups = senders.sender(config.queues.lookup);
  const codec = new WorkCodec({ results, tenantId: config.defender.tenantId, clock });
  const shared = { lookups, codec, clock, random, logger };
  const copies = new QuarantineSender({
    ...shared,
    quarantine: senders.sender(config.queues.quarantine),
  });
  const bodies = storage.blobs('quarantine');
  const quarantine = new Quarantine({ sender: copies, bodies, clock, logger });
  const publisher = new RecordPublisher({
    ...shared,
    ...fit,
    project: PROJECTIONS[config.output.format],
    quarantine,
    recent: activity,
    requests,
    output: senders.sender(config.queues.output),
  });
  const { request } = config.queues;
  const requestPublisher =
    request === null
      ? null
      : new RequestPublisher({ ...shared, ...fit, quarantine, output: senders.sender(request) });
  return { senders, lookups, codec, copies, quarantine, publisher, requestPublisher };
}
