import type { Delivery, EventContext, Receiver } from 'rhea';
import { randomUUID } from 'node:crypto';
import { malformedMessage, messageTooLarge } from './amqpErrors';
import { parseMessage, splitBatch } from './EncodedMessage';
import { MalformedMessageError } from './MalformedMessageError';
import { settleDelivery } from './outcomes';
import type { QueueDispatcher } from './QueueDispatcher';
import { receiverInternals } from './rheaInternals';

/** Message format of a batch: one AMQP message whose data sections are each a whole encoded message. */
const BATCH_FORMAT = 0x8001_3700;

/** Without credit the JavaScript SDK sleeps a second before it sends, so there is always plenty. */
const CREDIT = 2000;

/** Ids that the service gives to messages without one are 32 hex digits. */
export const newMessageId = () => randomUUID().replaceAll('-', '');

/** A sender of the client: what comes in on it goes into the queue. */
export function openIncomingLink(receiver: Receiver, dispatcher: QueueDispatcher): void {
  receiver.add_credit(CREDIT);
  receiver.on('message', ({ delivery, message }: EventContext) => {
    topUpCredit(receiver, CREDIT);
    // Payloads come undecoded, see AmqpListener.
    if (delivery && Buffer.isBuffer(message)) accept(delivery, message, dispatcher);
  });
}

/** Gives credit back when half is used, to save a flow frame per message. */
export function topUpCredit(receiver: Receiver, fullCredit: number): void {
  const { credit } = receiverInternals(receiver);
  if (credit < fullCredit / 2) receiver.add_credit(fullCredit - credit);
}

function accept(delivery: Delivery, payload: Buffer, { engine }: QueueDispatcher): void {
  try {
    const parts = delivery.format === BATCH_FORMAT ? splitBatch(payload) : [payload];
    const messages = parts.map((part) => parseMessage(part, newMessageId));
    const { outcome } = engine.enqueue(messages, payload.length);
    if (outcome === 'accepted') settleDelivery(delivery, 'accepted');
    else settleDelivery(delivery, 'rejected', messageTooLarge(payload.length));
  } catch (error) {
    if (!(error instanceof MalformedMessageError)) throw error;
    settleDelivery(delivery, 'rejected', malformedMessage(error.message));
  }
}
