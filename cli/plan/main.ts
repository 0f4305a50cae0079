import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { paintOn } from '../../local/terminal/paint';
import { createLogger } from '../../shared/telemetry/createLogger';
import { CannotStart } from '../settings/CannotStart';
import { runMain } from '../settings/runMain';
import { openPlan } from './openPlan';
import { plan } from './plan';
import { HELP, readPlanOptions } from './planOptions';
import { loadPlanSettings } from './planSettings';
import { checkWhatIfs } from './whatIfs';

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

async function main(): Promise<number> {
  const options = readPlanOptions(process.argv.slice(2));
  if (!options) {
    process.stdout.write(HELP);
    return 0;
  }
  const { from, empty } = options;
  const file = from === 'queue' ? null : await readMessages(from);
  const { loaded, tenantId, env } = loadPlanSettings(empty && file !== null);
  checkWhatIfs(options.whatIfs, env);
  const note = (text: string) => process.stderr.write(`${text}\n`);
  if (loaded.running) note(`Beside the npm start of process ${loaded.running.pid}`);
  const logger = createLogger((level, entry) => {
    if (level === 'error') note(JSON.stringify(entry));
  });
  const sources = { file, isEmpty: empty, tenantId, logger };
  const opened = await openPlan(loaded, sources).catch((error: unknown) => {
    throw new CannotStart(
      `Cannot read what is there: ${messageOf(error)}. npm run doctor examines it; --empty plans without calendars.`,
    );
  });
  const { exitCode, output } = plan(opened, options, paintOn(process.stdout));
  process.stdout.write(`${output}\n`);
  return exitCode;
}

async function readMessages(from: string): Promise<Buffer> {
  try {
    return await (from === '-' ? buffer(process.stdin) : readFile(from));
  } catch (error) {
    throw new CannotStart(`Cannot read ${from}: ${messageOf(error)}`);
  }
}

void runMain(main);
