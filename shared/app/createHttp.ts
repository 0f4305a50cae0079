import { InteractiveLookups } from '../lookups/InteractiveLookups';
import { LookupRunner } from '../lookups/LookupRunner';
import { HttpLookups } from '../requests/HttpLookups';
import { Ingest } from '../requests/Ingest';
import { MachineList } from '../requests/MachineList';
import type { Messaging } from './createMessaging';
import type { SharedQuota } from './createQuota';
import type { StepRunners } from './createStepRunners';
import type { Stores } from './createStores';
import type { Foundation } from './Foundation';
import type { TakenLookupSettings } from './lookupSettings';

export interface HttpParts {
  readonly httpLookups: HttpLookups;
  readonly machineList: MachineList;
  readonly ingest: Ingest;
}

export interface HttpFrom {
  readonly stores: Stores;
  readonly quota: SharedQuota;
  readonly messaging: Messaging;
  readonly steps: StepRunners;
  readonly settings: TakenLookupSettings;
}

/** What answers callers over HTTP, or hands their questions over to the queues. */
export function createHttp(
  { config, clock, random, logger, activity }: Foundation,
  { stores, quota, messaging, steps, settings }: HttpFrom,
): HttpParts {
  const { keeper, fairShare, agentPlaces } = quota;
  const { lookups, codec, publisher, senders } = messaging;
  const interactive = new InteractiveLookups({
    steps: steps.interactive,
    isBroken: async (endpoint) => (await keeper.breakerOf(endpoint)) !== null,
    amnesiaOf: (endpoint) => keeper.amnesiaOf(endpoint),
    clock,
    logger,
    recent: activity,
    settings: { ...settings, maxWaitMs: config.quota.interactive.maxWaitMs },
  });
  const handOver = new LookupRunner({
    lookups,
    codec,
    publisher,
    clock,
    random,
    logger,
    settings,
    steps: steps.ticketsOnly,
  });
  const { requests: store, fit } = stores;
  return {
    httpLookups: new HttpLookups({
      interactive,
      handOver,
      store,
      callerKind: () => fairShare.callerKind(),
      agentPlaces,
      clock,
      fit,
      settings,
    }),
    machineList: new MachineList({ interactive, clock }),
    ingest: new Ingest({ sender: senders.sender(config.queues.siem), clock, settings }),
  };
}
