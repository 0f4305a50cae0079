import { z } from 'zod';
import { readWholeRecord } from '../../shared/records/readWholeRecord';
import { fitRequestRecord } from '../../shared/requestRecords/fitRequestRecord';
import { MAX_CONTENT_BYTES } from '../../shared/requests/AnswerRecords';
import { HttpProblem } from '../http/HttpProblem';
import { format } from '../http/parameters';
import { recordAnswer, type RecordAnswerDeps } from '../http/recordAnswer';
import type { Route } from '../http/Route';

const query = z.strictObject({ format });
const ID = /^[lr]_[0-9a-f]{40}$/;

/**
 * `GET /api/results/{id}`: the whole of a record that was shortened, by its lookup or request id; beyond 10 MB only its blob
 * has all.
 */
export function createResultsRoute(
  deps: RecordAnswerDeps,
): Route<z.output<typeof query>, undefined> {
  return {
    name: 'wholeRecord',
    path: 'results/{id}',
    method: 'GET',
    auth: 'caller',
    query,
    json: null,
    handler: async ({ params, query: asked }) => {
      const id = params['id'] ?? '';
      const whole = ID.test(id) ? await readWholeRecord(deps.fit.results, id) : null;
      if (whole?.recordType === 'request') {
        const fit = { ...deps.fit, maxBytes: MAX_CONTENT_BYTES };
        return { status: 200, body: (await fitRequestRecord(whole, fit)).record };
      }
      if (whole) return recordAnswer(whole, asked.format, deps);
      const detail =
        'No shortened record is known by this id of a lookup or request, or it is too old.';
      throw new HttpProblem({ status: 404, code: 'result.unknown', detail });
    },
  };
}
