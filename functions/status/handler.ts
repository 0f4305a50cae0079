import { z } from 'zod';
import type { AppContext } from '../../shared/app/createAppContext';
import { ENDPOINT_IDS, type EndpointId } from '../../shared/defender/endpointIds';
import type { CalendarStatus } from '../../shared/quota/CalendarStatus';
import type { Route } from '../http/Route';

type StatusDeps = Pick<
  AppContext,
  'quotaKeeper' | 'cacheCounts' | 'recentLookups' | 'inventory' | 'config' | 'warnings' | 'clock'
>;

/** What an operator wants to know; the dashboard shows it. */
export function createStatusRoute(deps: StatusDeps): Route<Record<string, never>> {
  return {
    ...{ name: 'status', path: 'status', method: 'GET', auth: 'caller' },
    query: z.strictObject({}),
    json: null,
    handler: async () => ({ status: 200, body: await readStatus(deps) }),
  };
}

async function readStatus(deps: StatusDeps) {
  const { quotaKeeper, cacheCounts, recentLookups, inventory, config, warnings, clock } = deps;
  const [calendars, runs] = await Promise.all([
    Promise.all(
      ENDPOINT_IDS.map(async (id) => [id, toEndpoint(id, await quotaKeeper.status(id))] as const),
    ),
    inventory.runs.recent(),
  ]);
  const run = runs.at(-1);
  return {
    asOf: iso(clock.now()),
    warnings,
    quotaScope: config.quota.scope,
    endpoints: Object.fromEntries(calendars),
    // Depths take the right to manage the broker, which this app does not ask for.
    queues: Object.fromEntries(Object.values(config.queues).map((name) => [name, null])),
    cache: cacheCounts(),
    recentLookups: recentLookups(),
    lastInventory: run
      ? {
          runId: run.runId,
          status: run.status,
          startedAt: iso(run.startedAt),
          completedAt: run.completedAt === null ? null : iso(run.completedAt),
          machines: run.machines,
          reasonCode: run.reasonCode,
        }
      : null,
  };
}

function toEndpoint(id: EndpointId, status: CalendarStatus) {
  const { minute, hour, nextSlotAt, coolDown, breakers, outstanding, throttles } = status;
  const { lastThrottledAt } = status;
  return {
    minute,
    hour,
    nextSlotAt: { interactive: iso(nextSlotAt.interactive), normal: iso(nextSlotAt.normal) },
    coolDown: coolDown && { until: iso(coolDown.until), why: coolDown.why },
    breaker: breakers[id]?.why ?? null,
    waiting: outstanding,
    throttles,
    lastThrottledAt: lastThrottledAt === null ? null : iso(lastThrottledAt),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
