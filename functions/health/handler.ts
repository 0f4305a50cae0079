import { z } from 'zod';
import type { AppContext } from '../../shared/app/createAppContext';
import type { Route } from '../http/Route';

/** Whether everything this app depends on can be used, for probes of load balancers and for people. */
export function createHealthRoute({
  health,
}: Pick<AppContext, 'health'>): Route<Record<string, never>> {
  return {
    name: 'health',
    path: 'health',
    method: 'GET',
    auth: 'anonymous',
    query: z.strictObject({}),
    json: null,
    handler: async () => {
      const found = await health.check();
      return { status: found.status === 'unavailable' ? 503 : 200, body: found };
    },
  };
}
