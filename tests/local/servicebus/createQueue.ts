import { QueueEngine } from '../../../local/servicebus/QueueEngine';
import type { NewMessage, QueueSettings } from '../../../local/servicebus/queueModel';

export const START = Date.UTC(2026, 10, 20);

/** A queue of strings on a clock that the test moves, with shorthands for what tests do all the time. */
export function createQueue(settings: Partial<QueueSettings> = {}) {
  const clock = { now: START };
  let tokens = 0;
  const engine = new QueueEngine<string>(
    {
      name: 'orders',
      lockDurationMs: 30_000,
      maxDeliveryCount: 3,
      defaultTimeToLiveMs: Infinity,
      deadLetterOnExpiration: true,
      duplicateWindowMs: undefined,
      maxMessageBytes: 1000,
      ...settings,
    },
    { now: () => clock.now, newLockToken: () => `token-${++tokens}` },
  );
  return { engine, clock, ...actionsOn(engine) };
}

function actionsOn(engine: QueueEngine<string>) {
  const send = (content: string, options: Partial<NewMessage<string>> = {}): number => {
    const message = { messageId: content, timeToLiveMs: Infinity, scheduledFor: undefined };
    const result = engine.enqueue([{ ...message, content, ...options }], content.length);
    if (result.outcome === 'tooLarge') throw new Error('too large');
    return result.sequenceNumbers[0] ?? NaN;
  };
  const lock = () => {
    const message = engine.receive();
    if (!message) throw new Error('nothing to receive');
    return { ...message, token: message.lock.token };
  };
  const receiveAll = (from: QueueEngine<string> | undefined = engine) => {
    const contents: string[] = [];
    for (let message = from.receive(); message; message = from.receive()) {
      contents.push(message.content);
    }
    return contents;
  };
  const deadLetter = () => engine.deadLetters?.peek(0, 1)[0];
  return { send, lock, receiveAll, deadLetter };
}
