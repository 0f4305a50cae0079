import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerAtom } from './atomAnswer';
import type { NamespaceQueues } from './NamespaceQueues';

export interface CountsPageOptions {
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  readonly queues: Pick<NamespaceQueues, 'counts' | 'describe'>;
}

export interface CountsPage {
  readonly port: number;
  close(): Promise<void>;
}

/** The settings of each queue, by its name; null: none, or unlimited. */
const propertiesOf = (descriptions: ReturnType<NamespaceQueues['describe']>) =>
  Object.fromEntries(
    descriptions.map(({ settings }) => [
      settings.name,
      {
        duplicateWindowMs: settings.duplicateWindowMs ?? null,
        lockMs: settings.lockDurationMs,
        timeToLiveMs:
          settings.defaultTimeToLiveMs === Infinity ? null : settings.defaultTimeToLiveMs,
        deadLettersOnExpiry: settings.deadLetterOnExpiration,
      },
    ]),
  );

/**
 * Serves the counts per queue, read-only: `GET /queues` and `GET /properties` as JSON, by queue name; all other paths as Atom, for the
 * administration clients of the SDKs (they send an `api-version`, also with a queue named `queues`).
 */
export async function startCountsPage({
  host,
  port,
  queues,
}: CountsPageOptions): Promise<CountsPage> {
  const server = createServer(({ method, url = '/', headers }, response) => {
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.setHeader('cache-control', 'no-store');
    const origin = `http://${headers.host ?? host}`;
    if (method !== 'GET') response.writeHead(405, { allow: 'GET' }).end('{"error":"read-only"}');
    else if (url === '/queues') response.end(JSON.stringify(queues.counts()));
    else if (url === '/properties') response.end(JSON.stringify(propertiesOf(queues.describe())));
    else if (url === '/' || !URL.canParse(url, origin))
      response.writeHead(404).end('{"error":"try /queues"}');
    else {
      response.setHeader('content-type', 'application/atom+xml; charset=utf-8');
      response.end(answerAtom(new URL(url, origin), queues.describe()));
    }
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
