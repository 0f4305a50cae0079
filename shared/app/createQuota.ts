import { AgentPlaces } from '../callers/AgentPlaces';
import { AgentTickets } from '../callers/AgentTickets';
import { FairShare } from '../callers/FairShare';
import { CallLeases } from '../calls/CallLeases';
import { WAIT_MS } from '../calls/waiting';
import { calendarConfig } from '../quota/calendar/CalendarConfig';
import { QuotaKeeper } from '../quota/QuotaKeeper';
import { rowOf } from '../quota/calendarRows';
import type { Stores } from './createStores';
import type { Foundation } from './Foundation';

export interface SharedQuota {
  readonly keeper: QuotaKeeper;
  /** The same, shared fairly between callers over HTTP. */
  readonly fairShare: FairShare;
  readonly agentTickets: AgentTickets;
  readonly agentPlaces: AgentPlaces;
  readonly leases: CallLeases;
}

/** Who may call Defender when, and who calls for others. */
export function createQuota({ config, clock, random }: Foundation, stores: Stores): SharedQuota {
  const keeper = new QuotaKeeper({
    store: stores.calendars,
    config: calendarConfig(config.quota),
    deniedAfterMs: config.lookups.deniedAfterMs,
    clock,
    random,
  });
  const { maxPerMinute } = config.quota.interactive;
  const { agentRows: store, requests } = stores;
  const { scope } = config.quota;
  const agents = new AgentTickets({
    ...config.agents,
    quota: keeper,
    store,
    rowOf: (endpoint) => rowOf(scope, endpoint),
    clock,
  });
  return {
    keeper,
    fairShare: new FairShare({ quota: keeper, agents, clock, maxPerMinute }),
    agentTickets: agents,
    agentPlaces: new AgentPlaces({ store, requests, clock, maxAgeMs: config.lookups.maxAgeMs }),
    leases: new CallLeases({
      store: stores.callLeases,
      slots: keeper,
      clock,
      holdMs: WAIT_MS.hold,
    }),
  };
}
