import { z } from 'zod';
import type { Inventory } from '../../shared/inventory/createInventory';
import type { Route } from '../http/Route';

const STATUS_URL = '/api/status';

/** Starts a snapshot now, beside the schedule. */
export function inventoryRunsRoute({
  inventory,
}: {
  readonly inventory: Pick<Inventory, 'runs'>;
}): Route<Record<string, never>> {
  return {
    name: 'inventoryRuns',
    path: 'inventory/runs',
    method: 'POST',
    auth: 'caller',
    query: z.strictObject({}),
    json: null,
    handler: async ({ baseUrl }) => {
      // It may be refused, so before there is a run.
      const statusUrl = `${baseUrl()}${STATUS_URL}`;
      const runId = await inventory.runs.startNow();
      return { status: 202, body: { runId, statusUrl }, headers: { location: statusUrl } };
    },
  };
}
