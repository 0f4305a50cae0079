import { z } from 'zod';
import type { AppContext } from '../../shared/app/createAppContext';
import { HttpProblem } from '../http/HttpProblem';
import { POLL_ID } from '../http/newPollId';
import { requestAnswer } from '../http/requestAnswer';
import type { Route } from '../http/Route';

const query = z.strictObject({});

/** `GET /api/requests/{pollId}`: how far an asynchronous request is. The poll id is the capability. */
export function createRequestsRoute({
  httpLookups,
  clock,
}: Pick<AppContext, 'httpLookups' | 'clock'>): Route<z.output<typeof query>, undefined> {
  return {
    name: 'requestPoll',
    path: 'requests/{pollId}',
    method: 'GET',
    auth: 'capability',
    query,
    json: null,
    handler: async ({ params, baseUrl }) => {
      const pollId = params['pollId'] ?? '';
      const view = POLL_ID.test(pollId) ? await httpLookups.poll(pollId) : null;
      if (view) return requestAnswer(view, { pollId, baseUrl: baseUrl(), now: clock.now() });
      const detail = 'No request is known by this id, or it was finished more than a day ago.';
      throw new HttpProblem({ status: 404, code: 'request.unknown', detail });
    },
  };
}
