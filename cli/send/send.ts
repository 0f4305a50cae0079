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
/** The record of a request follows that of its last lookup at once, unless its consumer was faster. */
const FOLLOWS_WITHIN_MS = 5_000;
/** How far back on a queue answers to an earlier message with the same event are looked for, in sequence numbers. */
const LOOK_BACK = 1_000;

interface Watched {
  readonly queue: string;
  readonly browser: QueueBrowser;
  readonly add: (sent: SentMessage, seen: Seen) => void;
}

/**
 * Sends each payload as one message and resolves when all are answered, each lookup and the whole, or after `waitMs`.
 * @throws {CannotSend}
 */
export async function send(
  payloads: readonly Payload[],
  waitMs: number,
  deps: SendDeps,
): Promise<readonly SentMessage[]> {
  const { clock, target, onProgress } = deps;
  const watched = await watchOutputs(deps);
  const seesRequests = watched.some(({ queue }) => queue === target.config.queues.request);
  const sent: SentMessage[] = [];
  for (const payload of payloads) sent.push(await sendOne(payload, deps));
  let until = clock.now() + waitMs;
  for (let isAnswered = false; ;) {
    await lookAt(watched, sent);
    onProgress(sent);
    const wasAnswered = isAnswered;
    isAnswered = sent.every(({ isComplete }) => isComplete);
    if (isAnswered && !wasAnswered) until = Math.min(until, clock.now() + FOLLOWS_WITHIN_MS);
    const isWhole = !seesRequests || sent.every(({ openRequests }) => openRequests.length === 0);
    if (watched.length === 0 || clock.now() >= until || (isAnswered && isWhole)) return sent;
    await clock.sleep(POLL_MS);
  }
}

async function lookAt(watched: readonly Watched[], sent: readonly SentMessage[]): Promise<void> {
  for (const { browser, add } of watched) {
    for (let found = await browser.next(); found.length > 0; found = await browser.next()) {
      for (const seen of found.map(toSeen))
        sent.forEach((message) => {
          add(message, seen);
        });
    }
  }
}

/** A queue that cannot be read, such as a topic or one without the right, is reported and left out. */
async function watchOutputs({ client, target, note }: SendDeps): Promise<readonly Watched[]> {
  const { output, quarantine, request } = target.config.queues;
  const outputs: readonly Pick<Watched, 'queue' | 'add'>[] = [
    {
      queue: output,
      add: (sent, seen) => {
        sent.addRecord(seen);
      },
    },
    {
      queue: quarantine,
      add: (sent, seen) => {
        sent.addQuarantined(seen);
      },
    },
    ...(request === null
      ? []
      : [
          {
            queue: request,
            add: (sent: SentMessage, seen: Seen) => {
              sent.addRequestRecord(seen);
            },
          },
        ]),
  ];
  const found = await Promise.all(
    outputs.map(async ({ queue, add }) => {
      const browser = new QueueBrowser(client.createReceiver(queue));
      try {
        await browser.skipToEnd(LOOK_BACK);
        return [{ queue, browser, add }];
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
