import { z } from 'zod';
import type { AppContext } from '../../shared/app/createAppContext';
import type { Route } from '../http/Route';

const query = z.strictObject({
  checks: z.enum(['all'], 'must be all').optional().meta({
    description:
      'Also examine everything that the app needs: a call of each API, once a minute at most',
    example: 'all',
  }),
});

/** What an operator wants to know. */
export function createStatusRoute({
  status,
  doctor,
}: Pick<AppContext, 'status' | 'doctor'>): Route<z.infer<typeof query>> {
  return {
    name: 'status',
    path: 'status',
    method: 'GET',
    auth: 'caller',
    admitsUsers: true,
    query,
    json: null,
    handler: async ({ query: { checks } }) => {
      const body = await status.read();
      if (checks === undefined) return { status: 200, body };
      return { status: 200, body: { ...body, checks: await doctor.examine() } };
    },
  };
}
