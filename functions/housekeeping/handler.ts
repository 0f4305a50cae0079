import type { TimerHandler } from '@azure/functions';
import type { AppContext } from '../../shared/app/createAppContext';
import type { Inventory } from '../../shared/inventory/createInventory';

export interface HousekeepingDeps {
  readonly housekeeping: Pick<AppContext['housekeeping'], 'run'>;
  readonly deadLetters: Pick<AppContext['deadLetters'], 'takeBack'>;
  readonly requestRecords: Pick<AppContext['requestRecords'], 'catchUp'>;
  readonly inventory: {
    readonly runs: Pick<Inventory['runs'], 'takeOver'>;
    readonly tidy: Pick<Inventory['tidy'], 'run'>;
  };
}

/** Resumes stalled work and tidies up. Each part is tried; a throw marks the run as failed. */
export function createHousekeepingHandler({
  housekeeping,
  deadLetters,
  requestRecords,
  inventory,
}: HousekeepingDeps): TimerHandler {
  return async () => {
    const parts = [
      () => inventory.runs.takeOver(),
      () => deadLetters.takeBack(),
      () => requestRecords.catchUp(),
      () => housekeeping.run(),
      () => inventory.tidy.run(),
    ];
    const failures: unknown[] = [];
    for (const part of parts) await part().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  };
}
