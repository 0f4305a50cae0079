import { ActivityNotes } from '../activity/ActivityNotes';
import { batchStatus } from '../batches/batchStatus';
import { BrokerProbe } from '../health/BrokerProbe';
import { HealthProbe, type Finding } from '../health/HealthProbe';
import { probeDefender } from '../health/probeDefender';
import { StatusReport } from '../health/StatusReport';
import { describeToken } from '../health/tokenReport';
import type { InventoryRuns } from '../inventory/run/InventoryRuns';
import { createQueueDepths } from '../messaging/createQueueDepths';
import type { ServiceBusSenders } from '../messaging/createServiceBusSenders';
import type { SharedBatches } from './createBatches';
import { dependencyAddresses } from './dependencyAddresses';
import type { Doctor } from '../doctor/Doctor';
import type { DefenderAccess } from './createDefender';
import { createDoctor } from './createDoctor';
import type { SharedQuota } from './createQuota';
import type { Stores } from './createStores';
import type { Foundation } from './Foundation';

export interface HealthParts {
  readonly health: HealthProbe;
  readonly status: StatusReport;
  readonly doctor: Doctor;
}

export interface HealthFrom {
  readonly stores: Stores;
  readonly access: DefenderAccess;
  readonly quota: SharedQuota;
  readonly senders: ServiceBusSenders;
  readonly runs: InventoryRuns;
  readonly batches: SharedBatches;
}

const nothingMore = (): Finding => ({});

/** What an operator asks first: whether all works, and how far it is. */
export function createHealth(foundation: Foundation, from: HealthFrom): HealthParts {
  const { config, secrets, warnings, clock } = foundation;
  const { stores, access, senders, runs, batches } = from;
  const { keeper, agentTickets } = from.quota;
  const { transport, tokens, token, defender } = access;
  const queues = Object.values(config.queues).filter((queue) => queue !== null);
  const broker = new BrokerProbe(queues, (queue) => senders.probe(queue));
  return {
    doctor: createDoctor(foundation, { ...from, keeper }),
    health: new HealthProbe({
      probes: {
        storage: () => stores.storage.probe().then(nothingMore),
        broker: () => broker.look().then(nothingMore),
        token: async () => {
          await tokens.get();
          const report = token();
          return { detail: report && describeToken(report) };
        },
        defender: () => probeDefender((endpoint) => keeper.breakerOf(endpoint), defender.latest),
        quota: () => keeper.check().then(nothingMore),
      },
      addresses: dependencyAddresses(config, secrets),
      clock,
    }),
    status: new StatusReport({
      calendar: (endpoint) => keeper.status(endpoint),
      agents: (endpoint) => agentTickets.allowanceOf(endpoint),
      depths: createQueueDepths({ config, secrets, transport }),
      queues,
      cache: () => stores.answers.counts(),
      batches: () => batchStatus(batches.lessons, batches.counts),
      activity: shareActivity(foundation, stores, batches),
      inventoryRuns: () => runs.recent(),
      token,
      quotaScope: config.quota.scope,
      warnings,
      clock,
    }),
  };
}

/** What this process does goes to the others, and what they do comes from there. */
function shareActivity(
  { activity, clock }: Foundation,
  { activity: store, answers }: Stores,
  { counts }: SharedBatches,
): ActivityNotes {
  const later = (ms: number, run: () => void) => {
    setTimeout(run, ms).unref();
  };
  const notes = new ActivityNotes({ activity, store, clock, later });
  const counters = () => {
    const { asked, hits } = answers.counts();
    const { machines, alerts } = counts.list();
    return {
      cacheAsked: asked,
      cacheHits: hits,
      batchCalls: machines.calls + alerts.calls,
      batchQuestions: machines.questions + alerts.questions,
    };
  };
  activity.connect(counters, () => {
    notes.note();
  });
  return notes;
}
