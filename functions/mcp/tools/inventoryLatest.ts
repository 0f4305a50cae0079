import { z } from 'zod';
import type { AppContext } from '../../../shared/app/createAppContext';
import { printable } from '../../../shared/http/printable';
import { manifestSchema } from '../../../shared/inventory/snapshot/Manifest';
import { inventoryLatestRoute } from '../../inventoryLatest/handler';
import { defineTool, type Tool } from '../Tool';
import { askRoute } from './askRoute';

const MAX_FILES = 20;

const data = z.object({
  ...manifestSchema.shape,
  files: manifestSchema.shape.files.describe(
    `${MAX_FILES} at most; fileCount is how many there are. GET /api/inventory/latest has them all`,
  ),
  fileCount: z.int().min(0),
});

export const createInventoryLatest = (context: AppContext): Tool => {
  const route = inventoryLatestRoute(context);
  return defineTool({
    name: 'inventory_latest',
    title: 'Count the whole fleet',
    description:
      'The newest complete snapshot of all machines: when it was taken, how many machines by OS platform, risk, exposure, health and onboarding status, and how many are new, changed or retired since the one before. Costs no quota. It is as old as completedAt says; for machines as they are now use find_machines.',
    isOpenWorld: false,
    args: z.strictObject({}),
    data,
    call: async (_, request) => {
      const { body } = await askRoute(route, request, { query: {} });
      const manifest = manifestSchema.parse(body);
      const { total } = manifest.counts;
      const files = manifest.files.slice(0, MAX_FILES);
      return {
        data: { ...manifest, files, fileCount: manifest.files.length },
        text: `Machines in the snapshot of ${printable(manifest.slot)}: ${total}.`,
      };
    },
  });
};
