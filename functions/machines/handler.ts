import { z } from 'zod';
import type { AppContext } from '../../shared/app/createAppContext';
import { parseFilter } from '../../shared/defender/parseFilter';
import { badRequest } from '../http/HttpProblem';
import { maxAgeMs, wholeNumber } from '../http/parameters';
import { deniedProblem, laterProblem } from '../http/problems';
import type { Route } from '../http/Route';

const RETRY_AFTER_MS = 30_000;

const query = z.strictObject({
  filter: z
    .string()
    .optional()
    .meta({ description: 'OData filter of Defender', example: "riskScore eq 'High'" }),
  top: wholeNumber(1, 10_000)
    .optional()
    .meta({ description: 'Machines on a page, 100 if not given', example: '100' }),
  skip: wholeNumber(0, 100_000_000)
    .optional()
    .meta({ description: 'nextSkip of the page before', example: '100' }),
  maxAgeMs,
});

/** `GET /api/machines`: pages of the list of machines, filtered in Defender's OData. */
export function createMachinesRoute({
  machineList,
  clock,
}: Pick<AppContext, 'machineList' | 'clock'>): Route<z.output<typeof query>, undefined> {
  return {
    name: 'machines',
    path: 'machines',
    method: 'GET',
    auth: 'caller',
    query,
    json: null,
    handler: async ({
      query: { filter, top = 100, skip = 0, maxAgeMs: age = null },
      receivedAt,
    }) => {
      const parsed =
        filter === undefined ? { ok: true as const, filter: null } : parseFilter(filter);
      if (!parsed.ok) throw badRequest('parameter', 'filter', `filter: ${parsed.problem.message}.`);
      const options = { filter: parsed.filter, top, skip, maxAgeMs: age, receivedAt };
      const page = await machineList.page(options);
      switch (page.outcome) {
        case 'answered': {
          const { value, nextSkip, truncated, evidence } = page;
          const cut = truncated.length > 0 && { truncated };
          return {
            status: 200,
            body: { value, returned: value.length, nextSkip, ...cut, evidence },
          };
        }
        case 'denied':
          throw deniedProblem(page.reason);
        case 'failed':
        case 'invalid': {
          const refused = filter === undefined ? 'skip' : 'filter';
          throw badRequest('parameter', refused, `${refused}: Defender does not accept it.`);
        }
        case 'expired': {
          const resumeAt = clock.now() + RETRY_AFTER_MS;
          throw laterProblem({ outcome: 'unavailable', resumeAt }, clock.now());
        }
        default:
          throw laterProblem(page, clock.now());
      }
    },
  };
}
