import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { AppContext } from '../../shared/app/createAppContext';
import { beginsLikeJson } from '../../shared/json/beginsLikeJson';
import { HttpProblem } from '../http/HttpProblem';
import { flag } from '../http/parameters';
import type { Route } from '../http/Route';

const query = z.strictObject({
  dryRun: flag.optional().meta({
    description: 'Whether to answer how the payload would be read, and put nothing on the queue',
    example: 'true',
  }),
});

/** `POST /api/ingest`: any SIEM payload, put on the SIEM's queue as it is; or with `dryRun` only explained. */
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
    handler: async ({ query: { dryRun = false }, bytes, correlationId, appId }) => {
      if (dryRun) return { status: 200, body: ingest.explain(bytes) };
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
