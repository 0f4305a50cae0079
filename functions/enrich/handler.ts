import { z } from 'zod';
import type { AppContext } from '../../shared/app/createAppContext';
import { readPlainMessage } from '../../shared/siem/readSiemMessage';
import { badRequest, HttpProblem } from '../http/HttpProblem';
import { newPollId } from '../http/newPollId';
import { requestAnswer } from '../http/requestAnswer';
import type { Route } from '../http/Route';
import { enrichSchema, MAX_INDICATORS } from './enrichSchema';

const DEFAULT_WAIT_MS = 20_000;

const query = z.strictObject({
  format: z.literal('native', 'only native is supported for several records').optional().meta({
    description: 'Shape of the records',
    example: 'native',
  }),
});
type Body = z.output<typeof enrichSchema>;

/** `POST /api/enrich`: up to 100 indicators; what is not answered within `waitMs` is to be polled. */
export function createEnrichRoute({
  httpLookups,
  clock,
  config,
}: Pick<AppContext, 'httpLookups' | 'clock' | 'config'>): Route<z.output<typeof query>, Body> {
  return {
    name: 'enrich',
    path: 'enrich',
    method: 'POST',
    auth: 'caller',
    query,
    json: enrichSchema,
    handler: async ({ json, bytes, correlationId, receivedAt, baseUrl }) => {
      const reading = readPlainMessage(bytes, config.defender.tenantId);
      if (!reading.ok) {
        const { code, message } = reading.unreadable;
        throw new HttpProblem({ status: 400, code, detail: message });
      }
      // One entry may name several, and one text a line each; values without content do not count.
      const count = reading.value.indicators.length;
      if (count > MAX_INDICATORS) {
        const detail = `indicators: at most ${MAX_INDICATORS}, and these are ${count}. Split them.`;
        throw badRequest('field', 'indicators', detail);
      }
      // It may be refused, so before there is work to ask for at it.
      const base = baseUrl();
      const pollId = newPollId();
      const arrival = { pollId, correlationId, receivedAt };
      const view = await httpLookups.answerAll(reading.value, arrival, waitMsOf(json));
      return requestAnswer(view, { pollId, baseUrl: base, now: clock.now() });
    },
  };
}

function waitMsOf(body: Body): number {
  const waitMs = typeof body === 'string' || Array.isArray(body) ? null : body.waitMs;
  return waitMs ?? DEFAULT_WAIT_MS;
}
