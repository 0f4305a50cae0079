import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { AxiosInstance, AxiosRequestConfig, AxiosStatic } from 'axios';
import { HttpError } from './HttpError';
import type { HttpRequest, HttpResponse, HttpTransport } from './HttpTransport';

/**
 * Idle connections are closed by us before the service does it: a call sent into a connection that is just being
 * closed would be lost, and no call is repeated. Ingress servers of its kind close after 75 s (nginx's default).
 */
const IDLE_CONNECTION_MS = 55_000;

/** The app's one HTTP client. `close` drops its connections. */
export function createHttpTransport(): HttpTransport & { close(): void } {
  const agentOptions = {
    keepAlive: true,
    scheduling: 'lifo',
    timeout: IDLE_CONNECTION_MS,
  } as const;
  const httpAgent = new HttpAgent(agentOptions);
  const httpsAgent = new HttpsAgent({ ...agentOptions, rejectUnauthorized: true });
  let client: AxiosInstance | null = null;
  const opened = (): AxiosInstance => (client ??= createClient(httpAgent, httpsAgent));

  function prepare(): void {
    opened();
  }

  async function get(request: HttpRequest): Promise<HttpResponse> {
    const deadline = AbortSignal.timeout(request.timeoutMs);
    try {
      const response = await opened().request<string>(toAxiosConfig(request, deadline));
      return {
        status: response.status,
        headers: textHeaders(response.headers),
        body: response.data,
      };
    } catch (error) {
      request.signal?.throwIfAborted();
      throw new HttpError('GET', request.url.pathname, failureOf(error, deadline));
    }
  }

  function close(): void {
    httpAgent.destroy();
    httpsAgent.destroy();
  }

  return { prepare, get, close };
}

function createClient(httpAgent: HttpAgent, httpsAgent: HttpsAgent): AxiosInstance {
  return loadAxios().create({
    adapter: 'http',
    allowAbsoluteUrls: false,
    httpAgent,
    httpsAgent,
    maxBodyLength: 0,
    maxRedirects: 0,
    method: 'GET',
    proxy: false,
    responseType: 'text',
    transformResponse: [],
    validateStatus: null,
  });
}

function loadAxios(): AxiosStatic {
  return require('axios') as AxiosStatic; // its own type
}

/** Without a prototype, so that a polluted one cannot add a proxy or a transport. */
function toAxiosConfig(request: HttpRequest, deadline: AbortSignal): AxiosRequestConfig {
  const { url, signal } = request;
  const config: AxiosRequestConfig = {
    baseURL: url.origin,
    url: `${url.pathname}${url.search}`,
    headers: {
      accept: 'application/json',
      'accept-encoding': 'gzip, deflate',
      'user-agent': 'defender-enricher',
      ...request.headers,
    },
    maxContentLength: request.maxBytes,
    timeout: request.timeoutMs,
    signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
  };
  return Object.assign(Object.create(null) as AxiosRequestConfig, config);
}

/** Node has joined repeated headers and written their names in lower case. */
function textHeaders(headers: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}

function failureOf(error: unknown, deadline: AbortSignal): string {
  if (deadline.aborted) return 'timeout';
  if (!loadAxios().isAxiosError(error)) return 'unknown';
  if (error.code === 'ECONNABORTED') return 'timeout';
  if (error.message.startsWith('maxContentLength')) return 'tooLarge';
  return error.code ?? 'unknown';
}
