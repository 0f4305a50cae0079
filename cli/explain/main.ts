import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { CannotExplain, explain } from './explain';

const read = (file: string) => (file === '-' ? buffer(process.stdin) : readFile(file));

explain(process.argv.slice(2), { read, now: Date.now() }).then(
  ({ exitCode, output }) => {
    process.stdout.write(output);
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    console.error(error instanceof CannotExplain ? error.message : error);
    process.exitCode = 2;
  },
);
