import { z } from 'zod';
import type { AppContext } from '../../../shared/app/createAppContext';
import { entry, enrichSchema, MAX_INDICATORS, waitMs } from '../../enrich/enrichSchema';
import { createEnrichRoute } from '../../enrich/handler';
import { requestData } from '../requestData';
import { defineTool, type Tool } from '../Tool';
import { HOW_TO_READ, listsFrom, maxAgeMs, toRequestAnswer } from './requestAnswers';

const args = z.strictObject({
  indicators: z
    .array(z.union([z.string(), entry]))
    .min(1, 'give at least one')
    .max(MAX_INDICATORS, `at most ${MAX_INDICATORS}: split them`)
    .describe(
      'IP addresses, SHA-1, SHA-256 or MD5 hashes, alert ids, device ids, host names: each a text, or an object that names its kind. Give an IP address with observedAt, the time it was seen: without it a match is weak. Name the kind of a device id, as machineId: a bare one is read as a SHA-1',
    ),
  waitMs: waitMs.optional(),
  maxAgeMs,
  listsFrom,
});

export const createEnrichIndicators = (context: AppContext): Tool => {
  const route = createEnrichRoute(context);
  return defineTool({
    name: 'enrich_indicators',
    title: 'Find the machines behind indicators',
    description: `Which machines of Microsoft Defender for Endpoint stand behind indicators of an alert or incident, how risky they are, and which alerts they have open. Put all indicators of one question into one call, up to 100: it costs less of the shared quota than one call each. For one device whose id or name you know, use get_machine; for devices by their properties, find_machines. ${HOW_TO_READ}`,
    isOpenWorld: true,
    args,
    data: requestData,
    call: async ({ listsFrom: from = 0, ...message }, request) => {
      const body = { source: 'agent', ...message };
      const answer = await route.handler({
        ...request,
        params: {},
        query: {},
        json: enrichSchema.parse(body),
        bytes: Buffer.from(JSON.stringify(body)),
      });
      return toRequestAnswer(answer, from, 'enrich_indicators');
    },
  });
};
