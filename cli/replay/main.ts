import { bar, StatusLine } from '../../local/terminal/StatusLine';
import { createLogger } from '../../shared/telemetry/createLogger';
import { CannotStart } from '../settings/CannotStart';
import { runMain } from '../settings/runMain';
import { loadSettings } from '../settings/loadSettings';
import { choose } from './choose';
import { openReplay, type OpenReplay } from './openReplay';
import { HELP, readReplayOptions, type ReplayOptions } from './replayOptions';
import {
  choicesText,
  countReasons,
  idsOf,
  isWell,
  listText,
  nothingText,
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
  const opened = await openReplay(loaded, options, {
    note,
    logger: createLogger((level, entry) => {
      if (level === 'error') note(JSON.stringify(entry));
    }),
    onProgress: (sent, chosen) => {
      if (!options.json) line.show(`[${bar(sent / chosen, BAR_WIDTH)}] ${sent} of ${chosen}`);
    },
  });
  try {
    const { exitCode, object, text } = await run(opened, options);
    line.end();
    console.log(options.json ? JSON.stringify(object, null, 2) : text);
    return exitCode;
  } finally {
    line.end();
    await opened.close();
  }
}

/** What is printed: `object` for programs, `text` for people. */
interface Outcome {
  readonly exitCode: 0 | 1;
  readonly object: object;
  readonly text: string;
}

async function run(
  { shelf, book, replay }: OpenReplay,
  { mode, filter }: ReplayOptions,
): Promise<Outcome> {
  const entries = await book.news().catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    throw new CannotStart(`Cannot look at ${shelf.name}: ${message}`);
  });
  if (mode === 'list') {
    const listed = entries.filter((entry) => choose([entry], filter).length > 0);
    const object = { queue: shelf.name, total: listed.length, reasons: countReasons(listed) };
    return { exitCode: 0, object, text: listText(shelf.name, listed) };
  }
  const choices = choose(entries, filter);
  const isMissed = choices.length === 0 && Object.values(filter).some((wanted) => wanted !== null);
  const nothing = choices.length === 0 ? nothingText(shelf.name, entries) : null;
  if (mode === 'dryRun') {
    const object = { chosen: choices.map(({ entry }) => idsOf(entry)) };
    return { exitCode: isMissed ? 1 : 0, object, text: nothing ?? choicesText(choices) };
  }
  const end = () => {
    replay.end();
  };
  process.once('SIGINT', end).once('SIGTERM', end);
  const report = await replay.run(choices);
  return {
    exitCode: isWell(report) && report.replayed === choices.length && !isMissed ? 0 : 1,
    object: reportJson(report, choices.length),
    text: nothing ?? reportText(report, choices.length),
  };
}

void runMain(main);
