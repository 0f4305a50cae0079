import { randomUUID } from 'node:crypto';
import type { ServiceBusClient, ServiceBusReceivedMessage } from '@azure/service-bus';
import { awaitedOf } from '../../local/start/awaitedOf';
import { QueueBrowser } from '../../local/start/QueueBrowser';
import type { Clock } from '../../shared/clock/Clock';
import { CannotSend } from './CannotSend';
import type { SendTarget } from './SendTarget';
import { SentMessage, type Seen } from './SentMessage';

export interface SendDeps {
  readonly client: Pick<ServiceBusClient, 'createSender' | 'createReceiver'>;
  readonly target: Pick<SendTarget, 'config' | 'name'>;
  readonly clock: Clock;
  /** Gets something that the user should know. */
  readonly note: (line: string) => void;
  readonly onProgress: (sent: readonly SentMessage[]) => void;
}

export interface Payload {
  readonly file: string;
  readonly body: Buffer;
}

const POLL_MS = 250;
/** How far back on a queue answers to an earlier message with the same event are looked for, in sequence numbers. */
const LOOK_BACK = 1_000;

interface Watched {
  readonly browser: QueueBrowser;
  readonly add: (sent: SentMessage, seen: Seen) => void;
}

/** Sends each payload as one message and resolves when all are answered, or after `waitMs`. @throws {CannotSend} */
export async function send(
  payloads: readonly Payload[],
  waitMs: number,
  deps: SendDeps,
): Promise<readonly SentMessage[]> {
  const { clock, onProgress } = deps;
  const watched = await watchOutputs(deps);
  const sent: SentMessage[] = [];
  for (const payload of payloads) sent.push(await sendOne(payload, deps));
  const until = clock.now() + waitMs;
  for (;;) {
    for (const { browser, add } of watched) {
      for (let found = await browser.next(); found.length > 0; found = await browser.next()) {
        for (const seen of found.map(toSeen))
          sent.forEach((message) => {
            add(message, seen);
          });
      }
    }
    onProgress(sent);
    const isOver = watched.length === 0 || clock.now() >= until;
    if (isOver || sent.every(({ isComplete }) => isComplete)) return sent;
    await clock.sleep(POLL_MS);
  }
}

/** A queue that cannot be read, such as a topic or one without the right, is reported and left out. */
async function watchOutputs({ client, target, note }: SendDeps): Promise<readonly Watched[]> {
  const { output, quarantine } = target.config.queues;
  const found = await Promise.all(
    [
      {
        queue: output,
        add: (sent: SentMessage, seen: Seen) => {
          sent.addRecord(seen);
        },
      },
      {
        queue: quarantine,
        add: (sent: SentMessage, seen: Seen) => {
          sent.addQuarantined(seen);
        },
      },
    ].map(async ({ queue, add }) => {
      const browser = new QueueBrowser(client.createReceiver(queue));
      try {
        await browser.skipToEnd(LOOK_BACK);
        return [{ browser, add }];
      } catch (error) {
        note(`Cannot look at ${queue}: ${reasonOf(error)}`);
        return [];
      }
    }),
  );
  return found.flat();
}

async function sendOne(
  { file, body }: Payload,
  { client, target, clock }: SendDeps,
): Promise<SentMessage> {
  const { config, name } = target;
  const messageId = randomUUID();
  const awaited = awaitedOf(body, messageId, config.defender.tenantId, clock.now());
  const sender = client.createSender(config.queues.siem);
  try {
    await sender.sendMessages({ messageId, body });
  } catch (error) {
    throw new CannotSend(
      `Cannot send ${file} to ${config.queues.siem} of ${name}: ${reasonOf(error)}`,
    );
  } finally {
    await sender.close();
  }
  return new SentMessage(file, messageId, awaited);
}

function toSeen({ body, applicationProperties = {} }: ServiceBusReceivedMessage): Seen {
  return { body: body as unknown, properties: applicationProperties };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
