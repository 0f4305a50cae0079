import type { TimerHandler } from '@azure/functions';
import type { AppContext } from '../../shared/app/createAppContext';

/** Starts a snapshot of the fleet. Firing twice, early or on two instances makes one run. */
export function createInventoryStartHandler({
  inventory,
}: Pick<AppContext, 'inventory'>): TimerHandler {
  return async () => {
    await inventory.runs.startScheduled();
  };
}
