import { z } from 'zod';
import type { AppContext } from '../../../shared/app/createAppContext';
import { printFilter } from '../../../shared/defender/odata';
import { machinesAnswer } from '../../../shared/openapi/answers';
import { HttpProblem } from '../../http/HttpProblem';
import { createMachinesRoute } from '../../machines/handler';
import { machineData, toMachineData } from '../requestData';
import { defineTool, type Tool, type ToolAnswer } from '../Tool';
import { askRoute } from './askRoute';
import { machineFilter, machineFilterFields } from './machineFilter';

const MAX_TOP = 100;
const DEFAULT_TOP = 25;

const args = z.strictObject({
  ...machineFilterFields,
  top: z
    .int()
    .min(1)
    .max(MAX_TOP)
    .optional()
    .meta({
      description: `Machines in one answer, ${DEFAULT_TOP} if not given`,
    }),
  skip: z.int().min(0).max(100_000_000).optional().meta({
    description: 'nextSkip of the answer before, with all else the same',
  }),
});

const count = z.int().min(0);
const data = z.object({
  status: z
    .enum(['completed', 'outOfQuota'])
    .describe('outOfQuota: nothing was asked; call again in retryAfterSeconds'),
  machines: z.array(machineData).optional(),
  returned: count.optional(),
  nextSkip: machinesAnswer.shape.nextSkip.optional(),
  retryWith: z.literal('find_machines').optional(),
  retryAfterSeconds: count.optional(),
});
type Answer = ToolAnswer<z.output<typeof data>>;

export const createFindMachines = (context: AppContext): Tool => {
  const route = createMachinesRoute(context);
  return defineTool({
    name: 'find_machines',
    title: 'Find machines by their properties',
    description:
      'Machines of Microsoft Defender for Endpoint that have all the properties given; a list of values means any of them. Without properties: all machines. Each call is one call of Defender. For machines behind the indicators of an alert use enrich_indicators; for counts over the whole fleet inventory_latest, which costs no quota. A machine with a mergedIntoMachineId is no longer in use: that one stands for it. The list is not a verdict: confirm a machine with get_machine before acting on it.',
    isOpenWorld: true,
    args,
    data,
    call: async ({ top = DEFAULT_TOP, skip = 0, ...fields }, request) => {
      const filter = machineFilter(fields);
      const query = { top, skip, ...(filter && { filter: printFilter(filter) }) };
      try {
        const { body } = await askRoute(route, request, { query });
        return found(machinesAnswer.parse(body));
      } catch (error) {
        if (error instanceof HttpProblem && error.code === 'quota.noSlot') return outOfQuota(error);
        throw error;
      }
    },
  });
};

function found({ value, returned, nextSkip }: z.output<typeof machinesAnswer>): Answer {
  const more = nextSkip === null ? 'There are no more.' : `There may be more: skip ${nextSkip}.`;
  const machines = value.map(toMachineData);
  return {
    data: { status: 'completed', machines, returned, nextSkip },
    text: `Machines: ${returned}. ${more}`,
  };
}

function outOfQuota({ options: { retryAfterMs = 0 } }: HttpProblem): Answer {
  const retryAfterSeconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  return {
    data: { status: 'outOfQuota', retryWith: 'find_machines', retryAfterSeconds },
    text: `No quota is left for now: call find_machines again in ${retryAfterSeconds} s.`,
  };
}
