import { parseArgs } from 'node:util';
import { explainMessage } from '../../shared/siem/explainMessage';
import { explanationText } from './explanationText';

const HELP = `Prints how messages would be read: format, what is looked up, what is left out and why. Nothing is sent or asked.

  npm run explain -- FILE… [--json]

  FILE      a message as it would be put on the queue; - reads standard input
  --json    an array with one object per file
  --help    this text

Each file is one message, of any tenant. No settings are needed.

Exit code 0: all can be read; 1: one cannot be read; 2: could not start.
`;

/** The command cannot be carried out; the message states why. */
export class CannotExplain extends Error {
  override readonly name = 'CannotExplain';
}

export interface ExplainOptions {
  /** Resolves to the bytes of a file, or of standard input (`-`). */
  readonly read: (file: string) => Promise<Buffer>;
  /** Unix ms. */
  readonly now: number;
}

/** The command without its process. @throws {CannotExplain} */
export async function explain(
  args: readonly string[],
  { read, now }: ExplainOptions,
): Promise<{ readonly exitCode: 0 | 1; readonly output: string }> {
  const options = readOptions(args);
  if (!options) return { exitCode: 0, output: HELP };
  const settings = { tenantId: null, internalIpRanges: [], maxAgeMs: Infinity };
  const explained = [];
  for (const file of options.files) {
    const bytes = await read(file).catch((error: unknown) => {
      throw new CannotExplain(`Cannot read ${file}: ${messageOf(error)}`);
    });
    explained.push({ file, explanation: explainMessage(bytes, settings, now) });
  }
  const texts = explained.map(({ file, explanation }) => explanationText(file, explanation));
  const objects = explained.map(({ file, explanation }) => ({ file, ...explanation }));
  const isReadable = explained.every(({ explanation }) => explanation.readable);
  const output = options.json ? JSON.stringify(objects, null, 2) : texts.join('\n\n');
  return { exitCode: isReadable ? 0 : 1, output: `${output}\n` };
}

/** Null: help was asked for. */
function readOptions(
  args: readonly string[],
): { readonly files: readonly string[]; readonly json: boolean } | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return null;
    if (positionals.length === 0) throw new TypeError('FILE is missing.');
    return { files: positionals, json: values.json };
  } catch (error) {
    throw new CannotExplain(`${messageOf(error)}\nSee --help.`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
