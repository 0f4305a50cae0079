import type { AppContext } from '../../../shared/app/createAppContext';
import type { Tool } from '../Tool';
import { createEnrichIndicators } from './enrichIndicators';
import { createFindMachines } from './findMachines';
import { createGetMachine } from './getMachine';
import { createGetRequest } from './getRequest';
import { createInventoryLatest } from './inventoryLatest';
import { createQuotaStatus } from './quotaStatus';

/** What agents can do: all of it reads. */
export const createTools = (context: AppContext): readonly Tool[] => [
  createEnrichIndicators(context),
  createGetRequest(context),
  createGetMachine(context),
  createFindMachines(context),
  createQuotaStatus(context),
  createInventoryLatest(context),
];
