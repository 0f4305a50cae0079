import {
  type Connection,
  type Container,
  type EventContext,
  type Session,
  create_container,
} from 'rhea';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connectionInternals, sessionInternals } from './rheaInternals';

export interface AmqpListenerOptions {
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  readonly onConnection: (connection: Connection) => void;
  /** Protocol errors; the connection is gone by then. */
  readonly onError: (error: Error) => void;
}

export interface AmqpListener {
  readonly port: number;
  /** Cuts all connections. */
  close(): Promise<void>;
}

const LISTEN_OPTIONS = {
  // Big messages are sent in frames of this size, so that they do not block a connection.
  max_frame_size: 65_536,
  tcp_no_delay: true,
  // Slots for unsettled deliveries are a ring, so one long lock at its head pins those of all later deliveries.
  session_buffer_size: { incoming: 2048, outgoing: 32_768 },
  receiver_options: { autoaccept: false, autosettle: false, credit_window: 0 },
  // Without the second option every abandon would be raised as a release too.
  sender_options: { autosettle: false, treat_modified_as_released: false },
};

/** Replaces message format 0 inside rhea, which hands over the payloads of any other format undecoded. */
const UNDECODED = 1;

const ERROR_EVENTS = ['error', 'protocol_error', 'connection_error', 'session_error'] as const;
const QUIET_EVENTS = ['sender_error', 'receiver_error', 'receiver_close', 'disconnected'] as const;

const TLS_HINT =
  'A client speaks TLS, but this port takes plain AMQP only. Put UseDevelopmentEmulator=true into its connection string, or switch TLS off in the client.';

/** Accepts AMQP connections; rhea's behaviours that clients cannot handle are fixed here, per instance. */
export async function startAmqpListener(options: AmqpListenerOptions): Promise<AmqpListener> {
  const container = createContainer(options);
  const server = container.listen({ ...LISTEN_OPTIONS, host: options.host, port: options.port });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    refuseTls(socket, options.onError);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await once(server, 'listening');
  // A TCP server's address is never a string.
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { port, close };
}

function createContainer({ onConnection, onError }: AmqpListenerOptions): Container {
  const container = create_container();
  const mechanisms = container.sasl_server_mechanisms as Record<string, unknown> & {
    enable_anonymous(): void;
    enable_plain(check: (keyName: string | null, key: string | null) => boolean): void;
  };
  mechanisms.enable_anonymous();
  // .NET offers only this one; what it proves comes later, over $cbs.
  mechanisms['MSSBCBS'] = mechanisms['ANONYMOUS'];
  // Key name and key, for clients without $cbs. As there, every key is good.
  mechanisms.enable_plain((keyName, key) => keyName !== null && key !== null);
  container.on('connection_open', ({ connection }: EventContext) => {
    acknowledgeAtOnce(connection);
    onConnection(connection);
  });
  container.on('session_open', ({ session }: EventContext) => {
    if (!session) return;
    keepPayloadsUndecoded(session);
    keyLinksByDirection(session);
  });
  // An unhandled `error` event would end the process.
  for (const event of ERROR_EVENTS) {
    container.on(event, (context: Error | EventContext) => {
      onError(context instanceof Error ? context : (context.error ?? new Error(event)));
    });
  }
  for (const event of QUIET_EVENTS) container.on(event, () => undefined);
  return container;
}

/** The JavaScript client leaves Nagle on and Linux delays lone acknowledgements: 40 ms each unless we write something. */
function acknowledgeAtOnce(connection: Connection): void {
  const internals = connectionInternals(connection);
  const { socket } = internals;
  socket.on('data', () => {
    const { bytesWritten } = socket;
    setImmediate(() => {
      if (socket.bytesWritten === bytesWritten && !socket.destroyed) internals._write_frame();
    });
  });
}

/** Decoding and encoding again would lose wire types (int becomes uint, symbol becomes string). */
function keepPayloadsUndecoded(session: Session): void {
  const { incoming } = sessionInternals(session);
  const onTransfer = incoming.on_transfer.bind(incoming);
  incoming.on_transfer = (frame, receiver) => {
    const { performative } = frame;
    if (performative.message_format === 0) performative.message_format = UNDECODED;
    onTransfer(frame, receiver);
  };
}

/** rhea knows a session's links by their names alone, but a client may use one name in both directions. */
function keyLinksByDirection(session: Session): void {
  const internals = sessionInternals(session);
  const onAttach = internals.on_attach.bind(session);
  const createLink = internals.create_link.bind(session);
  internals.on_attach = (frame) => {
    const { performative } = frame;
    performative.name = `${performative.role ? '>' : '<'}${performative.name}`;
    onAttach(frame);
  };
  internals.create_link = (key, type, options) => {
    const link = createLink(key, type, options);
    // Sent to the peer.
    link.local.attach.name = key.slice(1);
    return link;
  };
}

/** Type and major version of a TLS record with a client's hello. */
const TLS_HELLO = Buffer.from([0x16, 0x03]);

/** Looks at the first bytes before rhea does, which knows no more than that they are not AMQP. */
function refuseTls(socket: Socket, onError: (error: Error) => void): void {
  const [read] = socket.listeners('data') as ((chunk: Buffer) => void)[];
  if (!read) return;
  socket.off('data', read);
  socket.once('data', (first: Buffer) => {
    if (first.subarray(0, TLS_HELLO.length).equals(TLS_HELLO)) {
      onError(new Error(TLS_HINT));
      socket.destroy();
      return;
    }
    socket.on('data', read);
    read(first);
  });
}
