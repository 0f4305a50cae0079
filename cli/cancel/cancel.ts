import { parseArgs } from 'node:util';
import type { CancelledBy } from '../../shared/lookups/Cancellations';
import { plural } from '../../shared/text/plural';
import { CannotStart } from '../settings/CannotStart';
import { readId } from '../settings/readId';
import { readArgs, type Command } from '../settings/runCommand';

const HELP = `Cancels lookups that wait: each ends expired, with lookup.cancelled, as it wakes; its request's record follows.

  npm run cancel -- --request ID | --source NAME | --before TIME [--free] [--dry-run] [--json]

  --request ID   the lookups of one request: r_…
  --source NAME  those of one source, as records name it
  --before TIME  those received before an instant, such as 2026-11-20T08:15:00Z
  --free         gives the slots of waiting lookups back at once, so that new ones need not queue behind them. This
                 drops the places of all lookups that wait in the queue: those that are not cancelled get new ones,
                 before everything new, as they wake
  --dry-run      only counts
  --json         one object: by, requests, lookups, dryRun, freed
  --help         this text

It holds for lookups that were received or replayed before now; what is sent afterwards is not touched. Processes learn of
it within 30 seconds. What is cancelled is not put into quarantine.

Settings come from the environment, and where it is silent from Values in local.settings.json. If neither names a
service, the \`npm start\` that runs in this folder is used. Needs the right to write the app's tables (Storage Table Data
Contributor).

Exit code 0: done; 1: nothing waits that this would cancel; 2: could not start, or storage does not answer.
`;

interface Options {
  readonly by: CancelledBy;
  readonly free: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export const cancel: Command = {
  help: HELP,
  begin: (args) => {
    const options = readOptions(args);
    return (
      options &&
      (async ({ lookupCanceller }) => {
        const { by, free, dryRun, json } = options;
        const open = await lookupCanceller.count(by);
        if (!dryRun) await lookupCanceller.cancel(by, { free });
        const exitCode = open.lookups > 0 ? 0 : 1;
        const freed = free && !dryRun;
        if (json)
          return { exitCode, output: JSON.stringify({ by, ...open, dryRun, freed }, null, 2) };
        const what = `${plural(open.lookups, 'waiting lookup')} of ${plural(open.requests, 'request')}`;
        const done = dryRun ? `Would cancel ${what}.` : `Cancelled ${what}; each ends as it wakes.`;
        return { exitCode, output: freed ? `${done} Their slots are free.` : done };
      })
    );
  },
};

/** Null: help was asked for. @throws {CannotStart} */
function readOptions(args: readonly string[]): Options | null {
  return readArgs(() => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        request: { type: 'string' },
        source: { type: 'string' },
        before: { type: 'string' },
        free: { type: 'boolean', default: false },
        'dry-run': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const { request, source, before, free, json, help } = values;
    if (help) return null;
    const choices: CancelledBy[] = [
      ...(request ? [{ request: readId('--request', 'r', request) }] : []),
      ...(source ? [{ source }] : []),
      ...(before ? [{ before: readInstant(before) }] : []),
    ];
    const [by] = choices;
    if (!by || choices.length > 1)
      throw new CannotStart(
        'Give exactly one of --request, --source and --before; --help says more.',
      );
    return { by, free, dryRun: values['dry-run'], json };
  });
}

function readInstant(text: string): number {
  const isInstant = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(text);
  const at = isInstant ? Date.parse(text) : NaN;
  if (Number.isNaN(at))
    throw new CannotStart('--before takes an instant with its zone, such as 2026-11-20T08:15:00Z.');
  return at;
}
