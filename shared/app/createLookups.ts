import type { StepRunner } from '../calls/StepRunner';
import { DeadLetteredWork } from '../lookups/DeadLetteredWork';
import { Cancellations } from '../lookups/Cancellations';
import { FinishedWork } from '../lookups/FinishedWork';
import { LookupRunner } from '../lookups/LookupRunner';
import { WorkQueue } from '../lookups/WorkQueue';
import { RequestKeeper } from '../requestRecords/RequestKeeper';
import { RequestSettler } from '../requestRecords/RequestSettler';
import { DeadLetteredMessages } from '../siem/DeadLetteredMessages';
import { Intake } from '../siem/Intake';
import type { Messaging } from './createMessaging';
import type { Stores } from './createStores';
import type { Foundation } from './Foundation';
import type { TakenLookupSettings } from './lookupSettings';

export interface QueueLookups {
  readonly intake: Intake;
  readonly workQueue: WorkQueue;
  readonly deadLetteredWork: DeadLetteredWork;
  readonly requestRecords: RequestSettler;
  readonly deadLetteredMessages: DeadLetteredMessages;
}

/** Lookups that come from queues, from intake to record. */
export function createLookups(
  foundation: Foundation,
  { results, requestLedger: ledger, cancellations: cancelled }: Stores,
  messaging: Messaging,
  steps: StepRunner,
  settings: TakenLookupSettings,
): QueueLookups {
  const { config, clock, random, logger } = foundation;
  const { lookups: sender, codec, copies, quarantine } = messaging;
  const { publisher, requestPublisher } = messaging;
  const { requestPartialAfterMs: partialAfterMs } = config;
  const shared = { clock, random, logger, codec, quarantine, publisher };
  const lookups = new LookupRunner({ ...shared, lookups: sender, steps, settings });
  const requestRecords = new RequestSettler({
    ledger,
    publisher: requestPublisher,
    results,
    clock,
  });
  const requests = new RequestKeeper({
    ...shared,
    ledger,
    settler: requestRecords,
    publisher: requestPublisher,
    lookups: sender,
    partialAfterMs,
  });
  const finished = new FinishedWork({
    publisher,
    requestPublisher,
    requests,
    settler: requestRecords,
  });
  const intake = new Intake({ ...shared, lookups, requests, settings });
  return {
    intake,
    workQueue: new WorkQueue({
      ...shared,
      copies,
      lookups,
      cancellations: new Cancellations(cancelled, clock),
      finished,
      requests,
      sender,
    }),
    deadLetteredWork: new DeadLetteredWork({
      ...shared,
      lookups,
      finished,
      requests,
      sender,
    }),
    deadLetteredMessages: new DeadLetteredMessages({
      ...shared,
      intake,
      tenantId: settings.tenantId,
    }),
    requestRecords,
  };
}
