import type { StepRunner } from '../calls/StepRunner';
import { DeadLetteredWork } from '../lookups/DeadLetteredWork';
import { LookupRunner } from '../lookups/LookupRunner';
import { WorkQueue } from '../lookups/WorkQueue';
import { Intake } from '../siem/Intake';
import type { Messaging } from './createMessaging';
import type { Foundation } from './Foundation';
import type { TakenLookupSettings } from './lookupSettings';

export interface QueueLookups {
  readonly intake: Intake;
  readonly workQueue: WorkQueue;
  readonly deadLetteredWork: DeadLetteredWork;
}

/** Lookups that come from queues, from intake to record. */
export function createLookups(
  { config, clock, random, logger }: Foundation,
  { senders, lookups: sender, codec, copies, quarantine, publisher }: Messaging,
  steps: StepRunner,
  settings: TakenLookupSettings,
): QueueLookups {
  const shared = { clock, random, logger, codec, quarantine, publisher };
  const lookups = new LookupRunner({ ...shared, lookups: sender, steps, settings });
  return {
    intake: new Intake({ ...shared, lookups, settings }),
    workQueue: new WorkQueue({ ...shared, copies, lookups, sender }),
    deadLetteredWork: new DeadLetteredWork({
      ...shared,
      lookups,
      sender,
      deadLetters: senders.deadLetters(config.queues.lookup, clock),
    }),
  };
}
