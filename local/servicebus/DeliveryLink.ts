import type { EventContext, Sender } from 'rhea';
import { randomUUID } from 'node:crypto';
import { ALREADY_DEAD_LETTERED, LOCK_LOST } from './amqpErrors';
import { type EncodedMessage, encodeDelivery, withProperties } from './EncodedMessage';
import { tokenFromDeliveryTag, tokenToDeliveryTag } from './lockToken';
import { type Outcome, settleDelivery } from './outcomes';
import type { Consumer, QueueDispatcher } from './QueueDispatcher';
import type { Settlement, StoredMessage } from './queueModel';
import {
  type AmqpValue,
  connectionInternals,
  deliveryInternals,
  elementsOf,
  entriesOf,
  senderInternals,
  sessionInternals,
} from './rheaInternals';

/** The fields of the peer's outcome, with their wire types. */
type OutcomeFields = readonly (AmqpValue | undefined)[];

/** A receiver of the client: messages go out on it, settlements come back. */
export class DeliveryLink implements Consumer {
  readonly mode: Consumer['mode'];
  private readonly sender: Sender;
  private readonly dispatcher: QueueDispatcher;
  /** Deliveries handed to rhea, on the scale of the link's delivery count. */
  private sentCount = 0;

  constructor(sender: Sender, dispatcher: QueueDispatcher) {
    this.sender = sender;
    this.dispatcher = dispatcher;
    this.mode = sender.snd_settle_mode === 1 ? 'receiveAndDelete' : 'peekLock';
    senderInternals(sender)._get_drain = () => this.drain();
    sender.on('sender_flow', () => {
      dispatcher.pump();
    });
    sender.on('sender_draining', () => {
      this.answerDrain();
    });
    this.onOutcome('accepted', (token) => dispatcher.engine.complete(token));
    this.onOutcome('rejected', (token, fields) => this.deadLetter(token, fields));
    this.onOutcome('released', (token) => dispatcher.engine.release(token));
    this.onOutcome('modified', (token, fields) => this.modify(token, fields));
    sender.on('settled', ({ delivery }: EventContext) => {
      // Settled without an outcome: the lock runs out, but the session's slot is free.
      if (delivery && !delivery.settled) delivery.update(true);
    });
    dispatcher.add(this);
  }

  /** Credit counts down only when rhea writes the frame, so what is on its way there is counted here. */
  capacity(): number {
    const { credit, delivery_count } = senderInternals(this.sender);
    const slots = sessionInternals(this.sender.session).outgoing.available();
    return Math.min(credit + delivery_count - this.sentCount, slots);
  }

  deliver(message: StoredMessage<EncodedMessage>): void {
    const tag = tokenToDeliveryTag(message.lock?.token ?? randomUUID());
    this.sentCount += 1;
    // A format, be it 0, makes rhea send the bytes as they are.
    this.sender.send(encodeDelivery(message), tag, 0);
  }

  close(): void {
    this.dispatcher.remove(this);
  }

  private answerDrain(): void {
    this.dispatcher.pump();
    senderInternals(this.sender).issue_flow = true;
    connectionInternals(this.sender.connection)._register();
  }

  /** rhea's own version answers only while credit is left, but clients wait for the answer in any case. */
  private drain(): boolean {
    const sender = senderInternals(this.sender);
    if (!sender._draining) return false;
    const waiting = this.sentCount - sender.delivery_count;
    sender.delivery_count += sender.credit;
    sender.credit = 0;
    this.sentCount = sender.delivery_count + waiting;
    return true;
  }

  private onOutcome(
    outcome: Outcome,
    act: (token: string, fields: OutcomeFields) => Settlement,
  ): void {
    this.sender.on(outcome, ({ delivery }: EventContext) => {
      if (!delivery || !Buffer.isBuffer(delivery.tag)) return;
      const fields = deliveryInternals(delivery).remote_state?.value ?? [];
      const settlement = act(tokenFromDeliveryTag(delivery.tag), fields);
      if (settlement === 'settled') settleDelivery(delivery, outcome);
      else if (settlement === 'lockLost') settleDelivery(delivery, 'rejected', LOCK_LOST);
      else settleDelivery(delivery, 'rejected', ALREADY_DEAD_LETTERED);
    });
  }

  private deadLetter(token: string, [error]: OutcomeFields): Settlement {
    const [, , info] = elementsOf(error);
    const changes = entriesOf(info);
    const reason = textOf(changes.get('DeadLetterReason'));
    const description = textOf(changes.get('DeadLetterErrorDescription'));
    // The queue keeps these two itself.
    changes.delete('DeadLetterReason');
    changes.delete('DeadLetterErrorDescription');
    return this.dispatcher.engine.deadLetter(token, { reason, description }, (content) =>
      withProperties(content, changes),
    );
  }

  private modify(token: string, [, undeliverableHere, annotations]: OutcomeFields): Settlement {
    const changes = entriesOf(annotations);
    const change = (content: EncodedMessage) => withProperties(content, changes);
    const { engine } = this.dispatcher;
    if (undeliverableHere?.value === true) return engine.defer(token, change);
    return engine.abandon(token, change);
  }
}

function textOf(value: AmqpValue | undefined): string | undefined {
  return typeof value?.value === 'string' ? value.value : undefined;
}
