import type { Clock } from '../clock/Clock';
import { HttpError } from '../http/HttpError';
import type { HttpResponse, HttpTransport } from '../http/HttpTransport';
import type { TokenSource } from '../identity/TokenSource';
import { readTokenState } from '../identity/TokenState';
import type { DefenderClient } from './DefenderClient';
import {
  DefenderForbiddenError,
  DefenderUnauthorizedError,
  DefenderUnavailableError,
} from './defenderErrors';
import type { DefenderQuery } from './DefenderQuery';
import { endpointOf } from './endpoints';
import { readDefenderAnswer } from './readDefenderAnswer';

/** A page of 10,000 machines is about 25 MB. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

export interface DefenderClientOptions {
  /** An origin, without a slash at the end. The only one that ever gets the token. */
  readonly apiBaseUrl: string;
  readonly transport: HttpTransport;
  readonly tokens: TokenSource;
  readonly clock: Pick<Clock, 'now'>;
}

/** @throws {TypeError} `apiBaseUrl` is not an HTTP origin. */
export function createDefenderClient(options: DefenderClientOptions): DefenderClient {
  const { apiBaseUrl, transport, tokens, clock } = options;
  if (!isHttpOrigin(apiBaseUrl)) {
    throw new TypeError('Cannot create Defender client: the API base URL is not an origin');
  }

  async function send(
    query: DefenderQuery,
    token: string,
    signal: AbortSignal | undefined,
  ): Promise<HttpResponse> {
    const endpoint = endpointOf(query);
    try {
      return await transport.get({
        url: urlBelow(apiBaseUrl, endpoint.target(query)),
        headers: { authorization: `Bearer ${token}` },
        timeoutMs: endpoint.timeoutMs(query),
        maxBytes: MAX_ANSWER_BYTES,
        ...(signal && { signal }),
      });
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      throw new DefenderUnavailableError(`Cannot query ${endpoint.label}: ${error.failure}`, {
        endpoint: query.endpoint,
        status: null,
        correlationId: null,
        cause: error,
      });
    }
  }

  return {
    async prepare(signal) {
      transport.prepare();
      await tokens.prepare(signal);
    },
    async call(query, { signal } = {}) {
      const token = await tokens.get(signal);
      const { status, headers, body } = await send(query, token, signal);
      // A service that quotes our request in its error must not get the token into a log.
      const safeBody = status === 200 ? body : body.replaceAll(token, '[token]');
      const rolesHeld = status === 403 ? readTokenState(token).roles : [];
      try {
        return await readDefenderAnswer(
          query,
          { status, headers, body: safeBody },
          clock.now(),
          rolesHeld,
        );
      } catch (error) {
        if (error instanceof DefenderUnauthorizedError) tokens.invalidate(token);
        if (error instanceof DefenderForbiddenError) tokens.doubt(token);
        throw error;
      }
    },
  };
}

/** The URL as it was built: should parsing have changed anything, it is not the call that was meant. */
function urlBelow(origin: string, target: string): URL {
  const url = new URL(`${origin}/api/${target}`);
  if (url.origin === origin && url.href === `${origin}/api/${target}`) return url;
  throw new TypeError('Cannot query Defender: the value changes the URL');
}

function isHttpOrigin(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url?.origin === text && ['https:', 'http:'].includes(url.protocol);
}
