import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { QueueCounts } from './queueModel';

export interface CountsPageOptions {
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  readonly counts: () => Record<string, QueueCounts>;
}

export interface CountsPage {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves the counts per queue, read-only: `GET /queues` as JSON, by queue name. */
export async function startCountsPage({
  host,
  port,
  counts,
}: CountsPageOptions): Promise<CountsPage> {
  const server = createServer(({ method, url }, response) => {
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.setHeader('cache-control', 'no-store');
    if (method !== 'GET') response.writeHead(405, { allow: 'GET' }).end('{"error":"read-only"}');
    else if (url === '/queues') response.end(JSON.stringify(counts()));
    else response.writeHead(404).end('{"error":"try /queues"}');
  });
  server.listen({ host, port });
  await once(server, 'listening');
  const close = async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  // A TCP server's address is never a string.
  return { port: (server.address() as AddressInfo).port, close };
}
