import type { TimerHandler } from '@azure/functions';
import type { AppContext } from '../../shared/app/createAppContext';

/** Tidies up. A throw marks the run as failed; the next one starts from what is there. */
export function createHousekeepingHandler({
  housekeeping,
}: Pick<AppContext, 'housekeeping'>): TimerHandler {
  return () => housekeeping.run();
}
