import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** Written in pieces of this size: a write per line would cost more than the line. */
const PIECE_CHARACTERS = 64 * 1024;

/** A local text file that is written line by line, packed on the way if asked for. */
export class LineFile {
  rows = 0;
  private piece: string;
  private readonly file: WriteStream;
  private readonly sink: Writable;
  private readonly written: Promise<void>;

  constructor(
    readonly path: string,
    { gzip, head = '' }: { readonly gzip: boolean; readonly head?: string },
  ) {
    this.piece = head;
    this.file = createWriteStream(path);
    this.sink = gzip ? packInto(this.file) : this.file;
    this.written = finished(this.file);
    // Reported when the file is closed.
    this.written.catch(() => undefined);
  }

  /** `line` with its end. */
  async write(line: string): Promise<void> {
    this.rows += 1;
    this.piece += line;
    if (this.piece.length >= PIECE_CHARACTERS) await this.flush();
  }

  /** Resolves when everything is on disk. @throws what writing failed with */
  async close(): Promise<void> {
    await this.flush();
    this.sink.end();
    await this.written;
  }

  private async flush(): Promise<void> {
    const { piece } = this;
    this.piece = '';
    if (piece === '' || this.sink.write(piece)) return;
    await Promise.race([once(this.sink, 'drain'), this.written]);
  }
}

function packInto(file: WriteStream): Writable {
  const gzip = createGzip();
  gzip.on('error', (error) => file.destroy(error)).pipe(file);
  return gzip;
}
