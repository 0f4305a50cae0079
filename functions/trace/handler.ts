import { z } from 'zod';
import type { AppContext } from '../../shared/app/createAppContext';
import type { RequestQuery } from '../../shared/requestRecords/RequestSearch';
import { TRACED_DAYS } from '../../shared/requestRecords/RequestTrace';
import { badRequest, HttpProblem } from '../http/HttpProblem';
import type { Route } from '../http/Route';

const text = z.string().min(1).max(1024);
const idOf = (prefix: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9a-f]{40}$`), `must be an id that begins with ${prefix}_`);

const query = z.strictObject({
  event: text
    .optional()
    .meta({ description: 'The id that the event had in the SIEM', example: 'incident-4711' }),
  request: idOf('r')
    .optional()
    .meta({ description: 'request.id of a record', example: `r_${'0'.repeat(40)}` }),
  lookup: idOf('l')
    .optional()
    .meta({ description: 'lookupId of a record', example: `l_${'0'.repeat(40)}` }),
});

/** `GET /api/trace`: where the requests of an event are, or one request, or that of a lookup. */
export function createTraceRoute({
  requestTrace,
}: {
  readonly requestTrace: Pick<AppContext['requestTrace'], 'of'>;
}): Route<z.output<typeof query>, undefined> {
  return {
    name: 'trace',
    path: 'trace',
    method: 'GET',
    auth: 'caller',
    admitsUsers: true,
    query,
    json: null,
    handler: async ({ query: asked }) => {
      const trace = await requestTrace.of(toQuery(asked));
      if (trace) return { status: 200, body: trace };
      const detail = `Nothing is known of it. What came from the queue is known for ${TRACED_DAYS} days.`;
      throw new HttpProblem({ status: 404, code: 'request.unknown', detail });
    },
  };
}

function toQuery({ event, request, lookup }: z.output<typeof query>): RequestQuery {
  const given = [
    ...(event === undefined ? [] : [{ event }]),
    ...(request === undefined ? [] : [{ request }]),
    ...(lookup === undefined ? [] : [{ lookup }]),
  ];
  const [only] = given;
  if (only && given.length === 1) return only;
  throw badRequest('parameter', 'event', 'Give exactly one of event, request and lookup.');
}
