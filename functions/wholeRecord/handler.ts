import { z } from 'zod';
import type { AppContext } from '../../shared/app/createAppContext';
import { readWholeRecord } from '../../shared/records/readWholeRecord';
import { answerRecord } from '../../shared/requests/AnswerRecords';
import { HttpProblem } from '../http/HttpProblem';
import type { Route } from '../http/Route';

const query = z.strictObject({});
const LOOKUP_ID = /^l_[0-9a-f]{40}$/;

/** `GET /api/results/{lookupId}`: the whole of a record that was shortened; beyond 10 MB only its blob has all. */
export function createResultsRoute({
  fit,
}: Pick<AppContext, 'fit'>): Route<z.output<typeof query>, undefined> {
  return {
    name: 'wholeRecord',
    path: 'results/{lookupId}',
    method: 'GET',
    auth: 'caller',
    query,
    json: null,
    handler: async ({ params }) => {
      const lookupId = params['lookupId'] ?? '';
      const whole = LOOKUP_ID.test(lookupId) ? await readWholeRecord(fit.results, lookupId) : null;
      if (whole) return { status: 200, body: await answerRecord(whole, fit) };
      const detail = 'No shortened record is known by this lookup id, or it is too old.';
      throw new HttpProblem({ status: 404, code: 'result.unknown', detail });
    },
  };
}
