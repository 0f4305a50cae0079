import { z } from 'zod';
import type { SettingProblem } from '../../shared/config/AppConfig';
import { settingsUnusable } from '../../shared/telemetry/events';
import type { Logger } from '../../shared/telemetry/Logger';
import type { Route } from './Route';

/**
 * Replaces `health` and `status` while settings are unusable: names them, and logs them again, as what a process prints
 * while it loads may be lost (azure-functions-host issue 10222).
 */
export function createUnusableRoute(
  name: 'health' | 'status',
  problems: readonly SettingProblem[],
  logger: Logger,
): Route<Record<string, never>> {
  const settings = { name: 'settings', status: 'down', code: 'settings.unusable', problems };
  return {
    name,
    path: name,
    method: 'GET',
    auth: 'anonymous',
    json: null,
    query: z.strictObject({}),
    handler: () => {
      for (const { setting, message } of problems) settingsUnusable(logger, { setting, message });
      return Promise.resolve({
        status: 503,
        body: { status: 'unavailable', dependencies: [settings] },
      });
    },
  };
}
