import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { deflate, gzip } from 'node:zlib';
import type { Answer } from './Answer';

const COMPRESSIONS = { deflate: promisify(deflate), gzip: promisify(gzip) } as const;

/** Sends an answer, compressed as the client accepts it (`deflate` first, as the live service), else chunked. */
export async function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  acceptEncoding: string | undefined,
): Promise<void> {
  const encoding = acceptedEncoding(acceptEncoding);
  if (answer.body === '' || !encoding) {
    response.writeHead(answer.status, { ...answer.headers }).end(answer.body);
    return;
  }
  const compressed = await COMPRESSIONS[encoding](answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'Content-Encoding': encoding });
  response.end(compressed);
}

function acceptedEncoding(acceptEncoding = ''): 'deflate' | 'gzip' | undefined {
  const accepted = new Map(
    acceptEncoding
      .toLowerCase()
      .split(',')
      .map((entry) => entry.split(';').map((part) => part.trim()))
      .map(([name = '', quality]) => [name, quality !== undefined && /^q=0(\.0*)?$/.test(quality)]),
  );
  return (['deflate', 'gzip'] as const).find((name) => accepted.get(name) === false);
}
