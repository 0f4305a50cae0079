import { types } from 'rhea';
import { handleCbsRequest } from '../../../local/servicebus/cbsNode';
import { NamespaceQueues } from '../../../local/servicebus/NamespaceQueues';
import { systemClock } from '../../../shared/clock/systemClock';
import { elementsOf, readValue } from '../../../local/servicebus/rheaInternals';
import {
  counts,
  next,
  openRawClient,
  openReceiver,
  openRequests,
  openSender,
  send,
} from './openRawClient';

const noQueues = new NamespaceQueues([], systemClock);
let client: Awaited<ReturnType<typeof openRawClient>>;
beforeEach(async () => {
  client = await openRawClient();
});
afterEach(() => client.close());

const manage = () => openRequests(client.connection, 'orders/$management').request;

describe('$cbs', () => {
  it('accepts any token, under the name of the reply link', async () => {
    const { request } = openRequests(client.connection, '$cbs');

    const reply = await request('put-token', 'SharedAccessSignature sr=x');

    expect(reply).toMatchObject({
      correlation_id: 'id-1',
      application_properties: { 'status-code': 202 },
    });
  });

  it('gives its status as an int, because .NET casts it to one', () => {
    expect(handleCbsRequest(noQueues, {}).application_properties['status-code']).toMatchObject({
      type: { typecode: 0x71 },
    });
  });
});

describe('$management', () => {
  it.each([{ messageId: 'text' }, { messageId: 4711 }])(
    'answers under the id $messageId, in its type',
    async ({ messageId }) => {
      const reply = await manage()('com.microsoft:peek-message', peekFrom(1), messageId);

      expect(reply.correlation_id).toBe(messageId);
    },
  );

  it('finds the reply link by its target address too', async () => {
    const receiver = client.connection.open_receiver({
      source: 'orders/$management',
      target: { address: 'reply-here' },
    });
    await next(receiver, 'receiver_open');
    const { sender } = openRequests(client.connection, 'orders/$management');
    await next(sender, 'sendable');

    sender.send({
      message_id: 'm',
      reply_to: 'reply-here',
      application_properties: { operation: 'x' },
      body: {},
    });

    expect((await next(receiver, 'message')).message?.correlation_id).toBe('m');
  });

  it('reads a request without a message format', async () => {
    const { sender, receiver, replyTo } = openRequests(client.connection, 'orders/$management');
    await next(sender, 'sendable');
    const delivery = sender.send({
      message_id: 'm',
      reply_to: replyTo,
      application_properties: { operation: 'x' },
      body: {},
    });
    (delivery as unknown as { format: null }).format = null;

    expect((await next(receiver, 'message')).message?.correlation_id).toBe('m');
  });

  it('leaves the empty lists that rhea shares empty', async () => {
    await send(openSender(client.connection), 'without id');
    await manage()('com.microsoft:peek-message', peekFrom(1));

    expect(elementsOf(readValue(Buffer.from([0x45])))).toEqual([]);
  });

  it.each([
    'com.microsoft:renew-session-lock',
    'com.microsoft:get-session-state',
    'com.microsoft:add-rule',
    'toString',
  ])('answers "not implemented" to %s', async (operation) => {
    const { application_properties } = await manage()(operation, {});

    expect(application_properties).toMatchObject({
      statusCode: 501,
      errorCondition: 'amqp:not-implemented',
    });
  });

  it('answers 400 to a body that it cannot read', async () => {
    const { application_properties } = await manage()('com.microsoft:renew-lock', {
      'lock-tokens': 5,
    });

    expect(application_properties).toMatchObject({
      statusCode: 400,
      errorCondition: 'amqp:decode-error',
    });
  });

  it('refuses a request that names no known reply link', async () => {
    const { sender } = openRequests(client.connection, 'orders/$management');
    await next(sender, 'sendable');
    const refused = next(sender, 'rejected');
    sender.send({
      message_id: 'm',
      reply_to: 'nowhere',
      application_properties: { operation: 'x' },
      body: {},
    });

    expect((await refused).delivery?.remote_state?.['error']).toMatchObject({
      condition: 'amqp:not-found',
    });
  });
});

const peekFrom = (sequenceNumber: number | Buffer, more = {}) => ({
  'from-sequence-number': types.wrap_long(sequenceNumber),
  'message-count': types.wrap_int(10),
  ...more,
});

describe('$management peek-message', () => {
  it.each([
    { from: 1, statusCode: 200 },
    { from: 3, statusCode: 204 },
    // Beyond 2^53 rhea decodes longs as bytes.
    { from: Buffer.from('7fffffffffffffff', 'hex'), statusCode: 204 },
  ])(
    'answers $statusCode from $from on when two messages are there',
    async ({ from, statusCode }) => {
      await send(openSender(client.connection), 'a', 'b');

      const { application_properties } = await manage()(
        'com.microsoft:peek-message',
        peekFrom(from),
      );

      expect(application_properties['statusCode']).toBe(statusCode);
    },
  );

  it('leaves the body out on demand', async () => {
    await send(openSender(client.connection), 'secret');

    const { body } = await manage()(
      'com.microsoft:peek-message',
      peekFrom(1, { 'omit-message-body': true }),
    );

    const { messages } = body as { messages: { message: Buffer }[] };
    expect(messages).toHaveLength(1);
    expect(messages[0]?.message.includes('secret')).toBe(false);
  });
});

describe('$management update-disposition', () => {
  it.each([
    { status: 'completed', left: { active: 0, totals: { completed: 1 } } },
    { status: 'abandoned', left: { active: 1 } },
    { status: 'suspended', left: { active: 0, deadLettered: 1 } },
    { status: 'defered', left: { active: 0, deferred: 1 } },
  ])('$status settles by lock token in the order of RFC 9562', async ({ status, left }) => {
    const lockToken = await lockOne();

    const { application_properties } = await manage()('com.microsoft:update-disposition', {
      'lock-tokens': types.wrap_array([lockToken], 0x98, undefined),
      'disposition-status': status,
    });

    expect(application_properties['statusCode']).toBe(200);
    expect(counts(client)).toMatchObject({ locked: 0, ...left });
  });

  it('answers 410 when the lock is lost', async () => {
    const { application_properties } = await manage()('com.microsoft:update-disposition', {
      'lock-tokens': types.wrap_array([Buffer.alloc(16)], 0x98, undefined),
      'disposition-status': 'completed',
    });

    expect(application_properties).toMatchObject({
      statusCode: 410,
      errorCondition: 'com.microsoft:message-lock-lost',
    });
  });
});

/** Locks a message; the delivery tag, a .NET Guid, is turned into a UUID by hand. */
async function lockOne() {
  await send(openSender(client.connection), 'a');
  const receiver = openReceiver(client.connection);
  receiver.add_credit(1);
  const { delivery } = await next(receiver, 'message');
  const tag = delivery?.tag;
  if (!Buffer.isBuffer(tag)) throw new Error('no delivery tag');
  return Buffer.from(
    [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((at) => tag[at] ?? 0),
  );
}
