import { type EventContext, type Receiver, message as codec } from 'rhea';
import { z } from 'zod';
import { malformedMessage } from './amqpErrors';
import { topUpCredit } from './IncomingLink';
import { settleDelivery } from './outcomes';
import type { ReplyLinks, RequestNode } from './ReplyLinks';
import { connectionInternals, deliveryInternals } from './rheaInternals';

const CREDIT = 200;

export const buffer = z.custom<Buffer>((value) => Buffer.isBuffer(value), 'not binary');

const request = z.object({
  message_id: z.union([z.string(), z.number(), buffer]),
  reply_to: z.string().optional(),
  application_properties: z.object({ operation: z.string(), name: z.string().optional() }),
  body: z.unknown(),
});

export interface Request {
  readonly operation: string;
  /** What a token is for: an entity's URL. Only `$cbs` gets it. */
  readonly name?: string | undefined;
  /** Decoded, wire types lost. */
  readonly body: unknown;
  /** The whole message as it came. */
  readonly payload: Buffer;
}

export interface Reply {
  readonly application_properties: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** Request and reply over a pair of links, as `$cbs` and `$management` use it. */
export function openRequestLink(
  receiver: Receiver,
  node: RequestNode,
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
    const { message_id, reply_to: replyTo, application_properties, body } = parsed.data;
    const replyLink = replyLinks.find({ replyTo, node, session: receiver.session });
    if (!replyLink) {
      settleDelivery(delivery, 'rejected', noReplyLink(replyTo));
      return;
    }
    settleDelivery(delivery, 'accepted');
    // rhea writes transfers before dispositions, but clients await the request's disposition before its reply.
    connectionInternals(receiver.connection)._process();
    const reply = handle({ ...application_properties, body, payload: message });
    const sent = replyLink.send({ body: null, ...reply, correlation_id: message_id });
    // Replies go out settled, else each would hold a slot of the session.
    deliveryInternals(sent).settled = true;
  });
}

const noReplyLink = (replyTo: string | undefined) => ({
  condition: 'amqp:not-found',
  description: `No link to reply on${replyTo ? `: '${replyTo}'` : ''}. Attach a receiver to this address first.`,
});
