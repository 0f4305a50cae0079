import type { TimerHandler } from '@azure/functions';
import type { Inventory } from '../../shared/inventory/createInventory';

/** Starts a snapshot of the fleet. Firing twice, early or on two instances makes one run. */
export function createInventoryStartHandler({
  inventory,
}: {
  readonly inventory: Pick<Inventory, 'runs'>;
}): TimerHandler {
  return async () => {
    await inventory.runs.startScheduled();
  };
}
