import { z } from 'zod';
import type { SettingProblem } from '../../shared/config/AppConfig';
import type { Route } from './Route';

/** Replaces `health` and `status` while settings are unusable: names them. */
export function createUnusableRoute(
  name: 'health' | 'status',
  problems: readonly SettingProblem[],
): Route<Record<string, never>> {
  const settings = { name: 'settings', status: 'down', code: 'settings.unusable', problems };
  return {
    name,
    path: name,
    method: 'GET',
    auth: 'anonymous',
    json: null,
    query: z.strictObject({}),
    handler: () =>
      Promise.resolve({
        status: 503,
        body: { status: 'unavailable', dependencies: [settings] },
      }),
  };
}
