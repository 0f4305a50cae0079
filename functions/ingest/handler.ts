import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { AppContext } from '../../shared/app/createAppContext';
import { beginsLikeJson } from '../../shared/json/beginsLikeJson';
import { HttpProblem } from '../http/HttpProblem';
import type { Route } from '../http/Route';

const query = z.strictObject({});

/** `POST /api/ingest`: any SIEM payload, put on the SIEM's queue as it is. */
export function createIngestRoute({
  ingest,
}: Pick<AppContext, 'ingest'>): Route<z.output<typeof query>, undefined> {
  return {
    name: 'ingest',
    path: 'ingest',
    method: 'POST',
    auth: 'caller',
    query,
    json: null,
    handler: async ({ bytes, correlationId, appId }) => {
      const messageId = randomUUID();
      const caller = appId ?? 'key';
      const isJson = beginsLikeJson(bytes.toString('utf8'));
      const contentType = isJson ? 'application/json' : 'text/plain';
      const taken = await ingest.take(bytes, { messageId, contentType, correlationId, caller });
      if (taken.ok) return { status: 202, body: taken.value };
      const { code, message } = taken.unreadable;
      throw new HttpProblem({ status: 422, code, detail: message });
    },
  };
}
