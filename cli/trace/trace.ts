import { parseArgs } from 'node:util';
import type { RequestQuery } from '../../shared/requestRecords/RequestSearch';
import { TRACED_DAYS } from '../../shared/requestRecords/RequestTrace';
import { CannotStart } from '../settings/CannotStart';
import { readId } from '../settings/readId';
import { readArgs, type Command } from '../settings/runCommand';
import { traceText } from './traceText';

const HELP = `Prints where a request from the queue is: how it was read, its lookups, what each waits for, how it ended.

  npm run trace -- --event ID | --request ID | --lookup ID [--json]

  --event ID     the id that the event had in the SIEM; the newest 20 requests
  --request ID   request.id of a record: r_…
  --lookup ID    lookupId of a record: l_…
  --json         what GET /api/trace answers
  --help         this text

Settings come from the environment, and where it is silent from Values in local.settings.json. If neither names a
service, the \`npm start\` that runs in this folder is used. Needs the right to read the app's tables (Storage Table Data
Reader). Requests are known for ${TRACED_DAYS} days. By request the answer is there at once; by event or lookup the tables of
all days are searched, which takes seconds where there is much in them.

Exit code 0: found; 1: nothing is known of it; 2: could not start, or storage does not answer.
`;

export const trace: Command = {
  help: HELP,
  begin: (args) => {
    const options = readOptions(args);
    return (
      options &&
      (async ({ requestTrace }) => {
        const found = await requestTrace.of(options.query);
        if (options.json) {
          const output = JSON.stringify(found ?? { requests: [], keptUntil: null }, null, 2);
          return { exitCode: found ? 0 : 1, output };
        }
        if (found) return { exitCode: 0, output: traceText(found) };
        const output = `Nothing is known of it. What came from the queue is known for ${TRACED_DAYS} days.`;
        return { exitCode: 1, output };
      })
    );
  },
};

/** Null: help was asked for. @throws {CannotStart} */
function readOptions(
  args: readonly string[],
): { readonly query: RequestQuery; readonly json: boolean } | null {
  return readArgs(() => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        event: { type: 'string' },
        request: { type: 'string' },
        lookup: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const { event, request, lookup, json, help } = values;
    if (help) return null;
    const queries: RequestQuery[] = [
      ...(event ? [{ event }] : []),
      ...(request ? [{ request: readId('--request', 'r', request) }] : []),
      ...(lookup ? [{ lookup: readId('--lookup', 'l', lookup) }] : []),
    ];
    const [query] = queries;
    if (!query || queries.length > 1)
      throw new CannotStart(
        'Give exactly one of --event, --request and --lookup; --help says more.',
      );
    return { query, json };
  });
}
