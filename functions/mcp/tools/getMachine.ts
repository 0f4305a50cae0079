import { z } from 'zod';
import type { AppContext } from '../../../shared/app/createAppContext';
import { machine } from '../../../shared/kinds/machine';
import { recordSchema } from '../../../shared/records/EnrichmentRecord';
import { createLookupRoutes } from '../../httpLookups/handler';
import type { RouteAnswer } from '../../http/Route';
import { requestData } from '../requestData';
import { defineTool, type Tool } from '../Tool';
import { askRoute } from './askRoute';
import { HOW_TO_READ, listsFrom, maxAgeMs, toRequestAnswer } from './requestAnswers';

const [{ name: ROUTE, parameter }] = machine.routes;

const args = z.strictObject({
  idOrName: z.string().min(1).max(1024).describe(parameter.description),
  maxAgeMs,
  listsFrom,
});

/** @throws {TypeError} no route answers for one machine. */
export const createGetMachine = (context: AppContext): Tool => {
  const route = createLookupRoutes(context).find(({ name }) => name === ROUTE);
  if (!route) throw new TypeError(`Cannot offer get_machine: no route ${ROUTE}`);
  return defineTool({
    name: 'get_machine',
    title: 'Get one machine by id or name',
    description: `One machine of Microsoft Defender for Endpoint, by its device id (of Defender or Entra) or host name: risk, exposure, health, group, tags. Several devices may bear one name: then summary.machineId is null and none is certain. For several devices, or anything else than a device, use enrich_indicators. ${HOW_TO_READ}`,
    isOpenWorld: true,
    args,
    data: requestData,
    call: async ({ idOrName, maxAgeMs: age, listsFrom: from = 0 }, request) => {
      const answer = await askRoute(route, request, {
        params: { [parameter.name]: idOrName },
        query: { maxAgeMs: age, format: 'native', async: true },
      });
      const several = answer.status === 200 ? asRequest(answer) : answer;
      return toRequestAnswer(several, from, 'get_machine');
    },
  });
};

/** One record, as a request of one lookup answers it. */
function asRequest({ status, body }: RouteAnswer): RouteAnswer {
  const record = recordSchema.parse(body);
  const { id: requestId, ignored } = record.request;
  const ended = { requestId, status: 'completed', total: 1, done: 1, results: [record] };
  return { status, body: { ...ended, pending: [], ignored, leftOut: [], statusUrl: null } };
}
