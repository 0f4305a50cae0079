import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { type Connection, type EventContext, type Receiver, create_container, types } from 'rhea';
import rheaPackage from 'rhea/package.json';
import {
  connectionInternals,
  entriesOf,
  readValue,
  sessionInternals,
} from '../../../local/servicebus/rheaInternals';
import { SECTION, splitSections } from '../../../local/servicebus/messageSections';
import { eventually } from './eventually';
import { counts, next, openRawClient, openReceiver, openSender, send } from './openRawClient';
import { startBareListener } from './startBareListener';

let client: Awaited<ReturnType<typeof openRawClient>>;
beforeEach(async () => {
  client = await openRawClient();
});
afterEach(() => client.close());

/** Proof that the emulator goes on: a message makes its way over a new connection. */
async function expectAlive() {
  const connection = client.connect();
  await send(openSender(connection), 'still here');
  const receiver = openReceiver(connection);
  receiver.add_credit(1);
  expect((await next(receiver, 'message')).message?.body).toBe('still here');
}

describe('rheaInternals', () => {
  it('are those of the pinned version', () => {
    expect(rheaPackage.version).toBe('3.0.5');
  });
});

describe('AmqpListener', () => {
  it.each([{ mechanism: 'ANONYMOUS' }, { mechanism: 'MSSBCBS' }])(
    'takes the SASL mechanism $mechanism',
    async ({ mechanism }) => {
      const container = create_container();
      const options = {
        host: '127.0.0.1',
        port: client.emulator.port,
        reconnect: false,
        // Missing in rhea's typings, which would refuse it in a literal.
        sasl_mechanisms: {
          [mechanism]: {
            start: (done: (e: undefined, r: string) => void) => {
              done(undefined, '');
            },
          },
        },
      };
      const connection = container.connect(options);

      connection.on('disconnected', () => undefined);
      await next(connection, 'connection_open');

      connection.close();
    },
  );

  it('announces frames small enough that a big message does not block a connection', async () => {
    await next(client.connection, 'connection_open');

    expect(client.connection.max_frame_size).toBe(65_536);
  });

  it('acknowledges at once what needs no answer, so that the client need not wait for TCP', async () => {
    const receiver = openReceiver(client.connection);
    await next(receiver, 'receiver_open');
    const { socket } = connectionInternals(client.connection);
    const before = socket.bytesRead;

    // Credit for an empty queue: no reply is due.
    receiver.add_credit(1);

    await eventually(() => socket.bytesRead > before);
  });

  it('hands messages on as their sender encoded them, wire types included', async () => {
    const sender = openSender(client.connection);
    await next(sender, 'sendable');
    const properties = {
      int: types.wrap_int(5),
      uint: types.wrap_uint(5),
      ulong: types.wrap_ulong(5) as unknown,
      symbol: types.wrap_symbol('s'),
      string: types.wrap_string('s'),
      byte: types.wrap_byte(1),
      timestamp: types.wrap_timestamp(1),
      uuid: types.wrap_uuid(Buffer.alloc(16, 7)),
    };
    const big = 'x'.repeat(200_000);
    sender.send({
      body: big,
      application_properties: properties,
      message_annotations: { 'x-own': types.wrap_int(7) },
    });
    const connection = client.connect();
    keepPayloadsUndecoded(connection);
    const receiver = openReceiver(connection);
    receiver.add_credit(1);

    const { message } = await next(receiver, 'message');

    const sections = splitSections(message as unknown as Buffer);
    const typesIn = (code: number) => {
      const section = sections.find((candidate) => candidate.code === code);
      const entries = [...entriesOf(section && readValue(section.value))];
      return Object.fromEntries(entries.map(([key, { type }]) => [key, type.typecode]));
    };
    expect(typesIn(SECTION.applicationProperties)).toEqual({
      int: 0x54,
      uint: 0x52,
      ulong: 0x53,
      symbol: 0xa3,
      string: 0xa1,
      byte: 0x51,
      timestamp: 0x83,
      uuid: 0x98,
    });
    expect(typesIn(SECTION.messageAnnotations)).toEqual({
      'x-own': 0x54,
      'x-opt-sequence-number': 0x55,
      'x-opt-enqueued-time': 0x83,
      'x-opt-locked-until': 0x83,
      'x-opt-message-state': 0x54,
    });
    expect(sections.at(-1)?.raw.includes(big)).toBe(true);
  });
});

/** As the emulator does at its end: rhea then hands over what came, and not what it makes of it. */
function keepPayloadsUndecoded(connection: Connection) {
  connection.on('receiver_open', ({ receiver }: EventContext) => {
    if (!receiver) return;
    const { incoming } = sessionInternals(receiver.session);
    const onTransfer = incoming.on_transfer.bind(incoming);
    incoming.on_transfer = (frame, link) => {
      frame.performative.message_format = 1;
      onTransfer(frame, link);
    };
  });
}

describe('AmqpListener survives', () => {
  it.each([
    {
      what: 'a link',
      fail: (connection: Connection) => {
        openReceiver(connection).close({ condition: 'x:y', description: 'z' });
      },
    },
    {
      what: 'a sending link',
      fail: (connection: Connection) => {
        openSender(connection).close({ condition: 'x:y', description: 'z' });
      },
    },
    {
      what: 'a session',
      fail: (connection: Connection) => {
        openReceiver(connection).session.close({ condition: 'x:y', description: 'z' });
      },
    },
    {
      what: 'a connection',
      fail: (connection: Connection) => {
        connection.close({ condition: 'x:y', description: 'z' });
      },
    },
  ])('$what that its client closes with an error', async ({ fail }) => {
    const connection = client.connect();
    connection.on('error', () => undefined);
    await next(connection, 'connection_open');

    fail(connection);

    await expectAlive();
  });

  it.each([
    { what: 'bytes that are not AMQP', bytes: Buffer.from('GET / HTTP/1.1\r\n\r\n') },
    {
      what: 'a frame that is not one',
      bytes: Buffer.concat([Buffer.from('AMQP\0\x01\0\0'), Buffer.from('0000000801000000', 'hex')]),
    },
  ])('$what', async ({ bytes }) => {
    const socket = connectSocket(client.emulator.port, '127.0.0.1');
    socket.on('error', () => undefined);
    const closed = once(socket, 'close');
    socket.resume();
    socket.write(bytes);

    await closed;

    expect(client.errors).not.toEqual([]);
    await expectAlive();
  });

  it('a message that cannot be decoded: it is refused, and the link goes on', async () => {
    const sender = openSender(client.connection);
    await next(sender, 'sendable');
    const refused = next(sender, 'rejected');
    sender.send(Buffer.from([1, 2, 3]), undefined, 0);

    const { delivery } = await refused;

    expect(delivery?.remote_state?.['error']).toMatchObject({ condition: 'amqp:decode-error' });
    await send(sender, 'fine');
    expect(counts(client).active).toBe(1);
  });

  it('such a message between others in one packet: only that one is refused', async () => {
    const sender = openSender(client.connection);
    await next(sender, 'sendable');
    const outcomes: string[] = [];
    for (const outcome of ['accepted', 'rejected'])
      sender.on(outcome, () => outcomes.push(outcome));
    const { socket } = connectionInternals(client.connection);

    socket.cork();
    sender.send({ body: 'fine' });
    sender.send(Buffer.from([1, 2, 3]), undefined, 0);
    sender.send({ body: 'fine too' });
    await new Promise((resolve) => setImmediate(resolve));
    socket.uncork();
    await eventually(() => outcomes.length === 3);

    expect(outcomes).toEqual(['accepted', 'rejected', 'accepted']);
  });

  it('two receivers of one name in one session, which rhea cannot keep apart', async () => {
    const connection = client.connect();
    const receiver = openReceiver(connection, { name: 'twin' });
    await next(receiver, 'receiver_open');
    const gone = next(connection, 'disconnected');
    // The client side of rhea would mix them up too, so the name is put into the frame by hand.
    const other = openReceiver(connection, { name: 'other' });
    (other as unknown as { local: { attach: { name: string } } }).local.attach.name = 'twin';

    await gone;

    await expectAlive();
  });
});

describe('AmqpListener forgets the consumers of a connection', () => {
  it.each([
    {
      how: 'closes its link',
      leave: async (receiver: Receiver) => {
        receiver.close();
        await next(receiver, 'receiver_close');
      },
    },
    {
      how: 'closes its session',
      leave: async ({ connection, session }: Receiver) => {
        session.close();
        await next(connection, 'session_close');
      },
    },
    {
      how: 'closes',
      leave: async ({ connection }: Receiver) => {
        connection.close();
        await next(connection, 'connection_close');
      },
    },
    {
      how: 'ends the socket',
      leave: async ({ connection }: Receiver) => {
        const { socket } = connectionInternals(connection);
        socket.end();
        await once(socket, 'close');
      },
    },
    {
      how: 'resets the socket',
      leave: async ({ connection }: Receiver) => {
        const { socket } = connectionInternals(connection);
        socket.resetAndDestroy();
        await once(socket, 'close');
      },
    },
  ])('that $how, so that none swallows messages', async ({ leave }) => {
    const abandoned = openReceiver(client.connect());
    abandoned.add_credit(100);
    await next(abandoned, 'receiver_open');

    await leave(abandoned);
    await send(openSender(client.connect()), 'after');

    expect(counts(client)).toMatchObject({ active: 1, locked: 0 });
    expect(client.errors).toEqual([]);
  });

  it('whose socket closes here, without an end or an error that rhea would notice', async () => {
    const { port, queues, serverSession, close } = await startBareListener();
    const orders = () => queues.counts()['orders'];
    const abandoned = openReceiver(client.connect(port));
    abandoned.add_credit(100);
    await next(abandoned, 'receiver_open');

    const { connection } = serverSession();
    const { socket } = connectionInternals(connection);
    const closed = once(socket, 'close');
    socket.destroy();
    await closed;
    await send(openSender(client.connect(port)), 'after');

    expect(orders()).toMatchObject({ active: 1, locked: 0 });
    expect(connection['heartbeat_out']).toBeUndefined();
    await close();
  });
});
