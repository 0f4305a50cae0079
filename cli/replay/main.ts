import { bar, StatusLine } from '../../local/terminal/StatusLine';
import { createLogger } from '../../shared/telemetry/createLogger';
import { CannotStart } from '../settings/CannotStart';
import { runMain } from '../settings/runMain';
import { loadSettings } from '../settings/loadSettings';
import { choose, type Choice } from './choose';
import { openReplay, type OpenReplay } from './openReplay';
import { HELP, readReplayOptions, type ReplayOptions } from './replayOptions';
import {
  choicesText,
  countReasons,
  idsOf,
  isWell,
  listText,
  reportJson,
  reportText,
} from './replayText';

const BAR_WIDTH = 24;

async function main(): Promise<number> {
  const options = readReplayOptions(process.argv.slice(2));
  if (!options) {
    process.stdout.write(HELP);
    return 0;
  }
  const line = new StatusLine(process.stderr);
  const note = (text: string) => {
    if (!options.json) line.print(text);
  };
  const loaded = loadSettings();
  if (loaded.running) note(`Beside the npm start of process ${loaded.running.pid}`);
  let chosen = 0;
  const opened = await openReplay(loaded, options, {
    note,
    logger: createLogger((level, entry) => {
      if (level === 'error') note(JSON.stringify(entry));
    }),
    onProgress: (sent) => {
      if (!options.json) line.show(`[${bar(sent / chosen, BAR_WIDTH)}] ${sent} of ${chosen}`);
    },
  });
  try {
    return await run(opened, options, (choices) => {
      chosen = choices.length;
    });
  } finally {
    line.end();
    await opened.close();
  }
}

async function run(
  { shelf, book, replay }: OpenReplay,
  { mode, filter, json }: ReplayOptions,
  onChosen: (choices: readonly Choice[]) => void,
): Promise<number> {
  const entries = await book.news().catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    throw new CannotStart(`Cannot look at ${shelf.name}: ${message}`);
  });
  const print = (object: object, text: string) => {
    console.log(json ? JSON.stringify(object, null, 2) : text);
  };
  if (mode === 'list') {
    const listed = entries.filter((entry) => choose([entry], filter).length > 0);
    print(
      { queue: shelf.name, total: listed.length, reasons: countReasons(listed) },
      listText(shelf.name, listed),
    );
    return 0;
  }
  const choices = choose(entries, filter);
  onChosen(choices);
  if (mode === 'dryRun') {
    print({ chosen: choices.map(({ entry }) => idsOf(entry)) }, choicesText(choices));
    return 0;
  }
  const end = () => {
    replay.end();
  };
  process.once('SIGINT', end).once('SIGTERM', end);
  const report = await replay.run(choices);
  print(reportJson(report, choices.length), reportText(report, choices.length));
  return isWell(report) && report.replayed === choices.length ? 0 : 1;
}

void runMain(main);
