import { z } from 'zod';
import type { AppContext } from '../../shared/app/createAppContext';
import type { Route } from '../http/Route';

/** What an operator wants to know. */
export function createStatusRoute({
  status,
}: Pick<AppContext, 'status'>): Route<Record<string, never>> {
  return {
    name: 'status',
    path: 'status',
    method: 'GET',
    auth: 'caller',
    query: z.strictObject({}),
    json: null,
    handler: async () => ({ status: 200, body: await status.read() }),
  };
}
