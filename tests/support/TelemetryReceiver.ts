import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

/** Takes whatever is sent to it over HTTP, such as OTLP in JSON. */
export class TelemetryReceiver {
  private readonly texts = new Map<string, string[]>();

  private constructor(
    private readonly server: Server,
    private readonly scheme: 'http' | 'https',
  ) {}

  /** `pem`: a key and its certificate, to be reached by TLS. */
  static async start(pem?: Buffer): Promise<TelemetryReceiver> {
    const server = pem ? createTlsServer({ key: pem, cert: pem }) : createServer();
    const receiver = new TelemetryReceiver(server, pem ? 'https' : 'http');
    server.on('request', (request: IncomingMessage, response) => {
      void receiver.take(request).then(() => {
        response.setHeader('content-type', 'application/json').end('{}');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get origin(): string {
    const { port } = this.server.address() as AddressInfo; // it listens on a port
    return `${this.scheme}://127.0.0.1:${port}`;
  }

  /** The bodies that came to a path, or, without one, to any. */
  received(path?: string): readonly string[] {
    return path === undefined ? [...this.texts.values()].flat() : (this.texts.get(path) ?? []);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async take(request: IncomingMessage): Promise<void> {
    const body = await buffer(request);
    const isPacked = request.headers['content-encoding'] === 'gzip';
    const text = (isPacked ? gunzipSync(body) : body).toString();
    const path = request.url ?? '';
    this.texts.set(path, [...(this.texts.get(path) ?? []), text]);
  }
}
