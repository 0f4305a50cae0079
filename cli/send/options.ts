import { parseArgs } from 'node:util';
import { CannotSend } from './CannotSend';

export const HELP = `Puts messages on the SIEM's queue as they are, waits, and prints what became of them:
every record, a line for each request as a whole, and where that is which still waits.

  npm run send -- FILE… [--wait S] [--json]

  FILE       a message; - reads standard input
  --wait S   how long to wait for the records, in seconds (default: 60)
  --json     one object for all messages, instead of the records as they are
  --help     this text

Beside a running \`npm start\` no settings are needed. Otherwise they come from the environment, and where it is silent
from Values in local.settings.json; the caller needs the roles Data Sender of the SIEM's queue and Data Receiver of
the output queues and quarantine, and, to see what waits, Storage Table Data Reader of the app's tables. Nothing is received
from a queue: records are only looked at, and stay for their consumers.

Exit code 0: all answered; 1: something is in quarantine, or not answered in time; 2: could not send.
`;

export interface SendOptions {
  readonly files: readonly string[];
  readonly waitMs: number;
  readonly json: boolean;
}

const MAX_WAIT_S = 86_400;

/** Null: help was asked for. @throws {CannotSend} */
export function readSendOptions(args: readonly string[]): SendOptions | null {
  const { values, positionals } = parse(args);
  if (values.help) return null;
  if (positionals.length === 0) throw new CannotSend('FILE is missing; see --help.');
  const seconds = Number(values.wait);
  if (!/^\d+$/.test(values.wait) || seconds > MAX_WAIT_S) {
    throw new CannotSend(`--wait takes whole seconds up to ${MAX_WAIT_S}, not "${values.wait}".`);
  }
  return { files: positionals, waitMs: seconds * 1_000, json: values.json };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        wait: { type: 'string', default: '60' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CannotSend(`${message}\nSee --help.`);
  }
}
