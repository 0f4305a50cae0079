import type { IncomingMessage } from 'node:http';

const MAX_BYTES = 1_048_576;

/** The whole body as text. @throws {RangeError} more than 1 MiB */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new RangeError('Cannot read the body: more than 1 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
