import { parseArgs } from 'node:util';
import { readArgs } from '../settings/runCommand';
import { CannotStart } from '../settings/CannotStart';
import type { WhatIf } from './report';
import { CHANGEABLE, readWhatIf } from './whatIfs';

export const HELP = `Works out when lookups would be answered, by the app's own planner. Nothing is sent, asked or changed.

  npm run plan -- --from FILE|queue  [options]

  --from FILE    messages as a SIEM would send them, as if all were sent now: lines, entries of a JSON array, or one
                 message; - reads standard input
  --from queue   what waits in the app's queues, which are only looked at
  --empty        calendars as if nothing had been asked yet; with FILE no settings are needed
  --if CHANGES   what would be different with other settings, such as BULK_PER_TEN_MINUTES=0,priority=high; as often as
                 you like, and instead of those that are tried by default. Takes
                 ${CHANGEABLE.slice(0, 3).join(', ')},
                 ${CHANGEABLE.slice(3).join(', ')}
  --each         also each lookup, and in how many seconds it ends
  --json         one object instead of text
  --help         this text

The calendars are read from Table Storage as they stand, with the calls that have been made and the tickets that wait.

Settings come from the environment, and where it is silent from Values in local.settings.json. If neither names a
service, the \`npm start\` that runs in this folder is used. Against Azure it is you who needs the roles Storage Table Data
Reader, and with queue Storage Blob Data Reader and Data Receiver of Service Bus.

Exit code 0: all would be answered; 1: something would not, or cannot be read; 2: could not start.
`;

export interface PlanOptions {
  readonly from: string;
  readonly empty: boolean;
  /** Empty: those that suit the circumstances. */
  readonly whatIfs: readonly WhatIf[];
  readonly each: boolean;
  readonly json: boolean;
}

/** Null: help was asked for. @throws {CannotStart} */
export function readPlanOptions(args: readonly string[]): PlanOptions | null {
  const { values } = readArgs(() =>
    parseArgs({
      args: [...args],
      options: {
        from: { type: 'string' },
        empty: { type: 'boolean', default: false },
        if: { type: 'string', multiple: true, default: [] },
        each: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }),
  );
  if (values.help) return null;
  const { from, empty, each, json } = values;
  if (from === undefined)
    throw new CannotStart('--from is missing: name a file, or queue.\n--help says what there is.');
  return { from, empty, whatIfs: values.if.map(readWhatIf), each, json };
}
