import { parseArgs } from 'node:util';
import { CannotStart } from '../settings/CannotStart';

export const HELP = `Lists what lies in quarantine, and has it tried again.

  npm run replay -- --list [--queue QUEUE] [--json]
  npm run replay -- --reason CODE | --request ID | --lookup ID | --id ID | --all  [options]

  --list          count what is there, by reason
  --reason CODE   what is there for this reason, as --list names it
  --request ID    of one request (r_…)
  --lookup ID     of one lookup (l_…)
  --id ID         one entry (q_…), or the dead letter with this MessageId
  --all           everything
  --queue QUEUE   the dead letters of this queue instead: of an output, of quarantine or of the SIEM's
  --dry-run       print what would be replayed, and leave it where it is
  --rate N        at most N a second (default: 50)
  --wait S        how long a right that Defender refuses is waited for (default: 150)
  --json          one object instead of text
  --help          this text

A lookup goes straight back to work, under the next generation: asked anew, its age counted from now, without the
notAfter of its message. Of several entries of one lookup the newest is replayed, and the older are removed with it. A
message that could not be read goes back to the queue of the SIEM, byte for byte. Nothing is removed before its copy is
accepted. While Defender refuses a right, one lookup is sent ahead; the others follow when it is answered, or stay.

Settings come from the environment, and where it is silent from Values in local.settings.json. If neither names a
service, the \`npm start\` that runs in this folder is used. Against Azure it is you who needs the roles Data Sender and
Data Receiver of Service Bus, Storage Table Data Contributor and Storage Blob Data Reader.

Exit code 0: all was replayed, and nothing has come back so far; 1: something stayed, could not be replayed, or came
back, or nothing is there of what was asked for; 2: could not start.
`;

/** What to replay; null fields ask for nothing. At least one is given, or all of it is wanted. */
export interface EntryFilter {
  readonly reason: string | null;
  readonly request: string | null;
  readonly lookup: string | null;
  readonly id: string | null;
}

export interface ReplayOptions {
  readonly mode: 'list' | 'dryRun' | 'replay';
  readonly filter: EntryFilter;
  /** Whose dead letters; null: quarantine itself. */
  readonly deadLettersOf: string | null;
  readonly perSecond: number;
  readonly waitMs: number;
  readonly json: boolean;
}

const MAX_PER_SECOND = 1_000;
const MAX_WAIT_S = 3_600;

/** Null: help was asked for. @throws {CannotStart} */
export function readReplayOptions(args: readonly string[]): ReplayOptions | null {
  const values = parse(args);
  if (values.help) return null;
  const { reason = null, request = null, lookup = null, id = null, list, all } = values;
  const filter = { reason, request, lookup, id };
  const isFiltered = Object.values(filter).some((wanted) => wanted !== null);
  if (!list && isFiltered === all) {
    throw new CannotStart(
      all
        ? '--all is everything: leave it out, or the others.'
        : 'Name what to replay: --reason, --request, --lookup, --id or --all. --list shows what there is.',
    );
  }
  const mode = list ? 'list' : values['dry-run'] ? 'dryRun' : 'replay';
  return {
    mode,
    filter,
    deadLettersOf: values.queue ?? null,
    perSecond: wholeNumber('--rate', values.rate, 1, MAX_PER_SECOND),
    waitMs: wholeNumber('--wait', values.wait, 0, MAX_WAIT_S) * 1_000,
    json: values.json,
  };
}

function wholeNumber(option: string, text: string, min: number, max: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (number >= min && number <= max) return number;
  throw new CannotStart(`${option} takes a whole number from ${min} to ${max}, not "${text}".`);
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        list: { type: 'boolean', default: false },
        all: { type: 'boolean', default: false },
        reason: { type: 'string' },
        request: { type: 'string' },
        lookup: { type: 'string' },
        id: { type: 'string' },
        queue: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
        rate: { type: 'string', default: '50' },
        wait: { type: 'string', default: '150' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CannotStart(`${message}\n--help shows what there is.`);
  }
}
