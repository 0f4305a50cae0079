import { z } from 'zod';
import { readWholeRecord } from '../../shared/records/readWholeRecord';
import { HttpProblem } from '../http/HttpProblem';
import { format } from '../http/parameters';
import { recordAnswer, type RecordAnswerDeps } from '../http/recordAnswer';
import type { Route } from '../http/Route';

const query = z.strictObject({ format });
const LOOKUP_ID = /^l_[0-9a-f]{40}$/;

/** `GET /api/results/{lookupId}`: the whole of a record that was shortened; beyond 10 MB only its blob has all. */
export function createResultsRoute(
  deps: RecordAnswerDeps,
): Route<z.output<typeof query>, undefined> {
  return {
    name: 'wholeRecord',
    path: 'results/{lookupId}',
    method: 'GET',
    auth: 'caller',
    query,
    json: null,
    handler: async ({ params, query: asked }) => {
      const lookupId = params['lookupId'] ?? '';
      const whole = LOOKUP_ID.test(lookupId)
        ? await readWholeRecord(deps.fit.results, lookupId)
        : null;
      if (whole) return recordAnswer(whole, asked.format, deps);
      const detail = 'No shortened record is known by this lookup id, or it is too old.';
      throw new HttpProblem({ status: 404, code: 'result.unknown', detail });
    },
  };
}
