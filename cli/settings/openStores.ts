import { Activity } from '../../shared/activity/Activity';
import { createStores, type Stores } from '../../shared/app/createStores';
import type { Foundation } from '../../shared/app/Foundation';
import { StoreClock } from '../../shared/clock/StoreClock';
import { systemClock, systemRandom } from '../../shared/clock/systemClock';
import type { Logger } from '../../shared/telemetry/Logger';
import type { LoadedSettings } from './loadSettings';

/** What the app keeps, as its operator sees it: with the operator's own identity. */
export function openStores(
  loaded: Omit<LoadedSettings, 'running'>,
  logger: Logger,
): { readonly foundation: Foundation; readonly stores: Stores } {
  // Under Development the credential is the signed-in user's; the app's identity is not available here.
  const config = { ...loaded.config, environment: 'Development' as const };
  const clock = new StoreClock(systemClock);
  const activity = new Activity();
  const foundation = { ...loaded, config, clock, random: systemRandom, logger, activity };
  return { foundation, stores: createStores(foundation) };
}
