import { connect as connectTls } from 'node:tls';
import {
  type Sender,
  type Session,
  create_container,
  generate_uuid,
  message as codec,
  types,
} from 'rhea';
import { eventually } from '../eventually';
import {
  counts,
  next,
  openRawClient,
  openReceiver,
  openRequests,
  openSender,
  send,
} from '../openRawClient';

let client: Awaited<ReturnType<typeof openRawClient>>;
beforeEach(async () => {
  client = await openRawClient();
});
afterEach(() => client.close());

/** A request as Python's clients send it: without `reply-to`. */
async function requestWithoutReplyTo(sender: Sender, id: string, name = 'amqps://here/orders') {
  if (!sender.is_open()) await next(sender, 'sendable');
  const application_properties = { operation: 'put-token', type: 'jwt', name };
  sender.send({ message_id: id, application_properties, body: 'token' });
}

describe('Service Bus for clients other than JavaScript and .NET', () => {
  it('answers put-token without reply-to on the reply link of the same session', async () => {
    const sessions = [client.connection.create_session(), client.connection.create_session()];
    const links = sessions.map((session) => {
      session.open();
      const receiver = session.open_receiver({ source: '$cbs', name: generate_uuid() });
      return { receiver, sender: session.open_sender('$cbs') };
    });
    const replies = links.map(({ receiver }) => next(receiver, 'message'));

    for (const [at, { sender }] of links.entries()) await requestWithoutReplyTo(sender, `id-${at}`);

    const answered = (await Promise.all(replies)).map(({ message }) => message);
    expect(answered).toMatchObject([
      { correlation_id: 'id-0', application_properties: { 'status-code': 202 } },
      { correlation_id: 'id-1', application_properties: { 'status-code': 202 } },
    ]);
  });

  it('does not answer a request without reply-to on the link of another node', async () => {
    openRequests(client.connection, 'orders/$management');
    const { sender, receiver } = openRequests(client.connection, '$cbs');
    const reply = next(receiver, 'message');

    await requestWithoutReplyTo(sender, 'mine');

    expect((await reply).message?.correlation_id).toBe('mine');
  });

  it.each([
    { name: 'sb://ns/orders', code: 202 },
    { name: 'sb://ns/Orders/$DeadLetterQueue', code: 202 },
    { name: 'sb://ns/orders/$management', code: 202 },
    { name: 'sb://ns/', code: 202 },
    { name: 'sb://ns/nowhere', code: 404 },
  ])('answers $code to a token for $name', async ({ name, code }) => {
    const { sender, receiver } = openRequests(client.connection, '$cbs');
    const reply = next(receiver, 'message');

    await requestWithoutReplyTo(sender, 'id', name);

    const { application_properties } = (await reply).message ?? {};
    expect(application_properties?.['status-code']).toBe(code);
    expect(String(application_properties?.['status-description']).includes(`'${name}'`)).toBe(
      code === 404,
    );
  });

  it.each(['amqps://127.0.0.1:5671/orders', 'sb://ns.example/Orders', 'amqp://ns:5672/orders'])(
    'takes the whole URL %s for an address',
    async (address) => {
      await send(openSender(client.connection, { target: address }), 'a');
      const receiver = openReceiver(client.connection, { source: address });
      receiver.add_credit(1);

      expect((await next(receiver, 'message')).message?.body).toBe('a');
    },
  );

  it('puts the lock token into messages received by sequence number, with which they are settled', async () => {
    await send(openSender(client.connection), 'a');
    const receiver = openReceiver(client.connection);
    receiver.add_credit(1);
    const { delivery } = await next(receiver, 'message');
    delivery?.modified({ undeliverable_here: true });
    await eventually(() => counts(client).deferred === 1);
    const { request } = openRequests(client.connection, 'orders/$management');

    const { body } = await request('com.microsoft:receive-by-sequence-number', {
      'sequence-numbers': types.wrap_array([1], 0x81, undefined),
      'receiver-settle-mode': types.wrap_uint(1),
    });
    const [found] = (body as { messages: { message: Buffer; 'lock-token': Buffer }[] }).messages;
    const { delivery_annotations } = codec.decode(found?.message ?? Buffer.alloc(0));
    const token = (delivery_annotations as Record<string, unknown>)['x-opt-lock-token'];
    await request('com.microsoft:update-disposition', {
      'lock-tokens': types.wrap_array([token], 0x98, undefined),
      'disposition-status': 'completed',
    });

    expect(token).toEqual(found?.['lock-token']);
    expect(counts(client)).toMatchObject({ deferred: 0, locked: 0, totals: { completed: 1 } });
  });

  it('settles a request before it answers it', async () => {
    const { request, sender } = openRequests(client.connection, 'orders/$management');
    await next(sender, 'sendable');
    const frames: string[] = [];
    for (const frame of ['disposition', 'transfer'] as const) {
      spyOn(sender.session, `on_${frame}`, () => frames.push(frame));
    }

    await request('com.microsoft:peek-message', {
      'from-sequence-number': types.wrap_long(1),
      'message-count': types.wrap_int(1),
    });

    expect(frames).toEqual(['disposition', 'transfer']);
  });

  it.each([
    { keyName: 'RootManageSharedAccessKey', key: 'any', isIn: true },
    { keyName: '', key: 'any', isIn: false },
  ])('lets "$keyName" in by SASL PLAIN: $isIn', async ({ keyName, key, isIn }) => {
    const container = create_container();
    const outcomes: string[] = [];
    for (const event of ['connection_open', 'connection_error', 'disconnected']) {
      container.on(event, () => outcomes.push(event));
    }
    const { port } = client.emulator;
    const plain = {
      start: (done: (error: undefined, response: Buffer) => void) => {
        done(undefined, Buffer.from(`\0${keyName}\0${key}`));
      },
    };
    const options = {
      host: '127.0.0.1',
      port,
      reconnect: false,
      sasl_mechanisms: { PLAIN: plain },
    };
    const connection = container.connect(options);

    await eventually(() => outcomes.length > 0);
    connection.close();

    expect(outcomes[0] === 'connection_open').toBe(isIn);
  });

  it('keeps a sender and a receiver of one name in one session apart', async () => {
    const receiver = openReceiver(client.connection, { name: 'twin' });
    receiver.add_credit(1);
    await next(receiver, 'receiver_open');
    // The client side of rhea would mix them up too, so it forgets the receiver's name.
    (receiver.session as unknown as { links: Record<string, unknown> }).links = {};
    const sender = openSender(client.connection, { name: 'twin' });
    const received = next(receiver, 'message');

    await send(sender, 'over both');

    expect((await received).message?.body).toBe('over both');
  });

  it('says what to do when a client speaks TLS', async () => {
    const socket = connectTls({ host: '127.0.0.1', port: client.emulator.port });
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('close', resolve));

    expect(client.errors.map(({ message }) => message)).toEqual([
      expect.stringContaining('UseDevelopmentEmulator=true'),
    ]);
  });
});

/** Calls `before` ahead of a session's own way with a frame. */
function spyOn(session: Session, method: 'on_disposition' | 'on_transfer', before: () => void) {
  const internals = session as unknown as Record<string, (frame: unknown) => void>;
  const original = internals[method]?.bind(session);
  internals[method] = (frame) => {
    before();
    original?.(frame);
  };
}
