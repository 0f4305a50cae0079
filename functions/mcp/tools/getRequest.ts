import { z } from 'zod';
import type { AppContext } from '../../../shared/app/createAppContext';
import { POLL_ID } from '../../http/newPollId';
import { createRequestsRoute } from '../../requestPoll/handler';
import { requestData } from '../requestData';
import { defineTool, type Tool } from '../Tool';
import { askRoute } from './askRoute';
import { HOW_TO_READ, listsFrom, toRequestAnswer } from './requestAnswers';

const args = z.strictObject({
  pollId: z
    .string()
    .regex(POLL_ID, 'must be the pollId of an earlier answer')
    .describe('pollId of an answer whose status was running'),
  listsFrom,
});

export const createGetRequest = (context: AppContext): Tool => {
  const route = createRequestsRoute(context);
  return defineTool({
    name: 'get_request',
    title: 'Get what a request brought by now',
    description: `The answers so far of a call of enrich_indicators or get_machine whose status was running. Costs no quota. Call it retryAfterSeconds after the answer that named the pollId, and again as long as status is running; answers are kept for a day. ${HOW_TO_READ}`,
    isOpenWorld: true,
    args,
    data: requestData,
    call: async ({ pollId, listsFrom: from = 0 }, request) => {
      const answer = await askRoute(route, request, { query: {}, params: { pollId } });
      return toRequestAnswer(answer, from);
    },
  });
};
