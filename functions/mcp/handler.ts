import { z } from 'zod';
import type { AppContext } from '../../shared/app/createAppContext';
import { HttpProblem } from '../http/HttpProblem';
import type { Route, RouteRequest } from '../http/Route';
import { TOKEN_GUIDE_PATH } from '../mcpTokenGuide/handler';
import type * as Protocol from './answerMessage';

/** The protocol's library, the tools and their schemas: loaded with the first message, not at every start. */
const load = () => require('./answerMessage') as typeof Protocol; // itself

/** `POST /api/mcp`: the Model Context Protocol, for agents. */
export function createMcpRoute(context: AppContext): Route<Record<string, never>, undefined> {
  let answerMessage: Protocol.AnswerMessage | null = null;
  return {
    name: 'mcp',
    path: 'mcp',
    method: 'POST',
    auth: 'caller',
    callerKind: 'agent',
    tokenGuidePath: TOKEN_GUIDE_PATH,
    query: z.strictObject({}),
    json: null,
    handler: async (request) => {
      refuseForeignOrigin(request);
      answerMessage ??= load().createAnswerMessage(context);
      return answerMessage(request);
    },
  };
}

/** What runs in a browser names the page that it belongs to: another site's must not call, under whatever name. */
function refuseForeignOrigin({
  headers,
  baseUrl,
}: Pick<RouteRequest<unknown, unknown>, 'headers' | 'baseUrl'>): void {
  const origin = headers.get('origin');
  if (origin === null || origin === new URL(baseUrl()).origin) return;
  const detail =
    'The header Origin names another site. Call from a program, or from a page of this app.';
  throw new HttpProblem({ status: 403, code: 'request.foreignOrigin', detail });
}
