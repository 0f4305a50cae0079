import { once } from 'node:events';
import { createServer, request as ask, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Fault {
  /** Whether the service does what it was asked to. */
  readonly isDone: boolean;
  /** What the client gets to know; null: the connection ends. */
  readonly status: number | null;
  readonly code?: string;
}

/** Stands in front of an emulator of storage, and has some of what it is asked for fail. */
export class FaultyProxy {
  /** Faults of the next requests, in their order; null: none. */
  readonly faults: (Fault | null)[] = [];
  /** Since it started. */
  requests = 0;

  private constructor(
    private readonly server: Server,
    private readonly target: string,
  ) {}

  /** @param target origin of the emulator */
  static async start(target: string): Promise<FaultyProxy> {
    const server = createServer();
    const proxy = new FaultyProxy(server, target);
    server.on('request', (request, response) => {
      void proxy.pass(request).then((answer) => {
        if (!answer) return response.destroy();
        return response.writeHead(answer.status, answer.headers).end(answer.body);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`; // listening on TCP
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async pass(request: IncomingMessage) {
    this.requests += 1;
    const fault = this.faults.shift() ?? null;
    const body = await buffer(request);
    if (fault && !fault.isDone) return answerTo(fault);
    const { method, url = '', headers } = request;
    const passed = ask(new URL(url, this.target), { method: method ?? 'GET', headers });
    passed.end(body);
    const [response] = (await once(passed, 'response')) as [IncomingMessage];
    const answer = await buffer(response);
    if (fault) return answerTo(fault);
    return { status: response.statusCode ?? 500, headers: response.headers, body: answer };
  }
}

function answerTo({ status, code = 'ServerBusy' }: Fault) {
  if (status === null) return null;
  const error = { 'odata.error': { code, message: { lang: 'en', value: code } } };
  const headers = { 'content-type': 'application/json', 'x-ms-error-code': code };
  return { status, headers, body: Buffer.from(JSON.stringify(error)) };
}
