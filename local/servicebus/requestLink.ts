import { type EventContext, type Receiver, type Sender, message as codec } from 'rhea';
import { z } from 'zod';
import { entityNotFound, malformedMessage } from './amqpErrors';
import { topUpCredit } from './IncomingLink';
import { settleDelivery } from './outcomes';
import { deliveryInternals } from './rheaInternals';

const CREDIT = 200;

export const buffer = z.custom<Buffer>((value) => Buffer.isBuffer(value), 'not binary');

const request = z.object({
  message_id: z.union([z.string(), z.number(), buffer]),
  reply_to: z.string(),
  application_properties: z.object({ operation: z.string() }),
  body: z.unknown(),
});

export interface Request {
  readonly operation: string;
  /** Decoded, wire types lost. */
  readonly body: unknown;
  /** The whole message as it came. */
  readonly payload: Buffer;
}

export interface Reply {
  readonly application_properties: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** The client's receivers for replies, under everything a `reply-to` may call them. */
export type ReplyLinks = ReadonlyMap<string, Sender>;

/** Request and reply over a pair of links, as `$cbs` and `$management` use it. */
export function openRequestLink(
  receiver: Receiver,
  replyLinks: ReplyLinks,
  handle: (request: Request) => Reply,
): void {
  receiver.add_credit(CREDIT);
  receiver.on('message', ({ delivery, message }: EventContext) => {
    topUpCredit(receiver, CREDIT);
    if (!delivery || !Buffer.isBuffer(message)) return;
    // Payloads come undecoded, see AmqpListener.
    const parsed = request.safeParse(codec.decode(message));
    if (!parsed.success) {
      settleDelivery(delivery, 'rejected', malformedMessage('The request is incomplete.'));
      return;
    }
    const { message_id, reply_to, application_properties, body } = parsed.data;
    const replyLink = replyLinks.get(reply_to);
    if (!replyLink) {
      settleDelivery(delivery, 'rejected', entityNotFound(reply_to));
      return;
    }
    settleDelivery(delivery, 'accepted');
    const { operation } = application_properties;
    const reply = handle({ operation, body, payload: message });
    const sent = replyLink.send({ body: null, ...reply, correlation_id: message_id });
    // Replies go out settled, else each would hold a slot of the session.
    deliveryInternals(sent).settled = true;
  });
}
