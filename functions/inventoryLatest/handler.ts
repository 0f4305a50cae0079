import { z } from 'zod';
import type { Inventory } from '../../shared/inventory/createInventory';
import { HttpProblem } from '../http/HttpProblem';
import type { Route } from '../http/Route';

/** The manifest of the newest complete snapshot. */
export function inventoryLatestRoute({
  inventory,
}: {
  readonly inventory: { readonly publisher: Pick<Inventory['publisher'], 'latest'> };
}): Route<Record<string, never>> {
  return {
    name: 'inventoryLatest',
    path: 'inventory/latest',
    method: 'GET',
    auth: 'caller',
    admitsUsers: true,
    query: z.strictObject({}),
    json: null,
    handler: async () => {
      const latest = await inventory.publisher.latest();
      if (latest) return { status: 200, body: latest.manifest };
      const detail = 'There is no complete snapshot yet. POST /api/inventory/runs starts one.';
      throw new HttpProblem({ status: 404, code: 'inventory.noSnapshot', detail });
    },
  };
}
