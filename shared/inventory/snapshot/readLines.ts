import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** The lines of a gzip-packed text, one after the other. @throws what reading or unpacking failed with */
export async function* readLines(packed: Readable): AsyncGenerator<string> {
  // A failure anywhere ends the iteration below.
  const text = pipeline(packed, createGunzip(), () => undefined).setEncoding('utf8');
  let rest = '';
  for await (const chunk of text) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
