import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AdminApi } from './AdminApi';
import type { FunctionDefinition, HttpTrigger } from './FunctionDefinition';
import type { FunctionInvoker } from './FunctionInvoker';
import { readBody, toHttpInput, writeHttpResponse } from './httpMessages';
import { isAuthorized } from './HttpKeys';
import type { HttpKeys } from './HttpKeys';
import { describeError } from './HostLogger';
import { RouteTable } from './RouteTable';

/** Default of the real host (FUNCTIONS_REQUEST_BODY_SIZE_LIMIT), 100 MB. */
const MAX_BODY_BYTES = 104_857_600;

export interface HttpFrontOptions {
  readonly functions: readonly FunctionDefinition<HttpTrigger>[];
  /** host.json `extensions.http.routePrefix`. */
  readonly routePrefix: string;
  readonly invoker: FunctionInvoker;
  readonly admin: AdminApi;
  /** undefined: every caller is let in, as `func start` does. */
  readonly keys: HttpKeys | undefined;
  readonly warn: (message: string) => void;
}

/** The host's HTTP side: the app's routes and `/admin`, on loopback. */
export class HttpFront {
  private readonly options: HttpFrontOptions;
  private readonly routes: RouteTable<FunctionDefinition<HttpTrigger>>;
  private readonly server = createServer(
    (request, response) => void this.answer(request, response),
  );

  /** @throws SyntaxError for a route that cannot be read. */
  constructor(options: HttpFrontOptions) {
    this.options = options;
    this.routes = new RouteTable(
      options.functions.map((definition) => ({
        template: templateOf(definition, options.routePrefix),
        methods: definition.trigger.methods,
        target: definition,
      })),
    );
  }

  /** Resolves to the port in use. @param port 0 = any free one */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return (this.server.address() as AddressInfo).port; // A TCP server has an AddressInfo.
  }

  /** Accepts no further connection; running requests are answered. */
  stop(): void {
    this.server.close();
    this.server.closeIdleConnections();
  }

  /** Cuts what is left. */
  close(): void {
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.route(request, response);
    } catch {
      respond(response, 500); // The invoker has logged it.
    }
  }

  private async route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { admin } = this.options;
    const url = toUrl(request);
    if (!url) {
      respond(response, 400);
      return;
    }
    const method = request.method ?? 'GET';
    const isAdmin = url.pathname.startsWith('/admin/');
    const match = isAdmin ? undefined : this.routes.match(method, url.pathname);
    if (!isAdmin && !match) {
      respond(response, 404);
      return;
    }
    const level = match?.target.trigger.authLevel ?? admin.authLevel(method, url.pathname);
    if (!this.isLetIn(level, request, url)) {
      respond(response, 401);
      return;
    }
    const body = await readBody(request, MAX_BODY_BYTES);
    if (!body) {
      response.setHeader('connection', 'close');
      respond(response, 413);
      return;
    }
    if (match)
      await this.invoke({ request, response, url, body: handedOn(request, body), ...match });
    else {
      const { status, json } = admin.answer(method, url.pathname, body);
      respond(response, status, json);
    }
  }

  private async invoke(options: {
    readonly request: IncomingMessage;
    readonly response: ServerResponse;
    readonly url: URL;
    readonly body: Buffer;
    readonly target: FunctionDefinition<HttpTrigger>;
    readonly params: Readonly<Record<string, string>>;
  }): Promise<void> {
    const { response, target } = options;
    const result = await this.options.invoker.invoke(target, toHttpInput(options));
    try {
      writeHttpResponse(response, result);
    } catch (error) {
      this.options.warn(`Function "${target.name}": ${describeError(error)}`);
      respond(response, 500);
    }
  }

  private isLetIn(level: HttpTrigger['authLevel'], request: IncomingMessage, url: URL): boolean {
    const { keys } = this.options;
    if (!keys) return true;
    const header = request.headers['x-functions-key'];
    const presented = typeof header === 'string' ? header : url.searchParams.get('code');
    return isAuthorized(level, presented ?? undefined, keys);
  }
}

/** The host gives a worker no body that came without a length (azure-functions-host issues 4926 and 7930). */
function handedOn({ headers }: IncomingMessage, body: Buffer): Buffer {
  return headers['content-length'] === undefined ? Buffer.alloc(0) : body;
}

function templateOf({ name, trigger }: FunctionDefinition<HttpTrigger>, prefix: string): string {
  return `${prefix}/${trigger.route ?? name}`;
}

/** undefined when the request's target or `Host` makes no URL. */
function toUrl({ url = '/', headers }: IncomingMessage): URL | undefined {
  const href = url.startsWith('/') ? `http://${headers.host ?? 'localhost'}${url}` : url;
  return URL.canParse(href) ? new URL(href) : undefined;
}

function respond(response: ServerResponse, status: number, json?: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (json === undefined) response.writeHead(status, { 'content-length': 0 }).end();
  else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
}
