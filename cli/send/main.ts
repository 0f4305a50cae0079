import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { StatusLine } from '../../local/terminal/StatusLine';
import { systemClock } from '../../shared/clock/systemClock';
import { removeProxies } from '../../shared/config/proxyVariables';
import { CannotStart } from '../settings/CannotStart';
import { openServiceBus } from '../settings/openServiceBus';
import { CannotSend } from './CannotSend';
import { HELP, readSendOptions } from './options';
import { send, type Payload } from './send';
import { findTarget, type SendTarget } from './SendTarget';
import type { SentMessage } from './SentMessage';
import { sentJson, sentText } from './sentText';
import { traceOpenOf, type WhereIs } from './traceOpen';

/** From dist/cli/send. */
const appRoot = resolve(__dirname, '..', '..', '..');

async function main(): Promise<number> {
  const options = readSendOptions(process.argv.slice(2));
  if (!options) {
    process.stdout.write(HELP);
    return 0;
  }
  const payloads = await Promise.all(options.files.map(readPayload));
  const target = findTarget({ env: process.env, folder: process.cwd(), appRoot });
  removeProxies(process.env);
  const line = new StatusLine(process.stderr);
  const client = await openServiceBus(target.settings, { maxRetries: 1 });
  try {
    const sent = await send(payloads, options.waitMs, {
      client,
      target,
      clock: systemClock,
      note: (text) => {
        line.print(text);
      },
      onProgress: (messages) => {
        if (process.stderr.isTTY) line.show(progressOf(messages));
      },
    });
    line.clear();
    const open = await traceOpenOf(sent, target);
    print(sent, { ...target, open, json: options.json });
    const isWell = sent.every(
      ({ isComplete, quarantined }) => isComplete && quarantined.length === 0,
    );
    return isWell ? 0 : 1;
  } finally {
    await client.close();
  }
}

async function readPayload(file: string): Promise<Payload> {
  try {
    // npm runs commands in the project's folder; files are named from where the user is.
    const path = resolve(process.env['INIT_CWD'] ?? '', file);
    return { file, body: file === '-' ? await buffer(process.stdin) : await readFile(path) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CannotSend(`Cannot read ${file}: ${message}`);
  }
}

function progressOf(sent: readonly SentMessage[]): string {
  const answered = sent.reduce((sum, { records }) => sum + records.length, 0);
  const lookups = sent.reduce((sum, { awaited }) => sum + awaited.lookups, 0);
  return `${answered} of ${lookups} lookups answered`;
}

interface PrintOptions extends Pick<SendTarget, 'config' | 'origin'> {
  readonly open: readonly WhereIs[];
  readonly json: boolean;
}

/** Records on standard output, in full; what is to be known about them beside it. */
function print(sent: readonly SentMessage[], { config, origin, open, json }: PrintOptions): void {
  if (json) {
    const messages = sent.map((message) => sentJson(message, { origin, open }));
    console.log(JSON.stringify({ messages }, null, 2));
    return;
  }
  for (const message of sent) {
    for (const body of [...message.records, ...message.quarantined]) {
      console.log(JSON.stringify(body, null, 2));
    }
    console.error(sentText(message, { outputQueue: config.queues.output, origin, open }));
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const isExpected = error instanceof CannotSend || error instanceof CannotStart;
    console.error(isExpected ? error.message : error);
    process.exitCode = 2;
  },
);
