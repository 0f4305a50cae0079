import { once } from 'node:events';
import {
  type Connection,
  type EventContext,
  type Receiver,
  type ReceiverOptions,
  type Sender,
  type SenderOptions,
  create_container,
  generate_uuid,
} from 'rhea';
import { z } from 'zod';
import {
  type ServiceBusEmulatorOptions,
  startServiceBusEmulator,
} from '../../../local/servicebus/startServiceBusEmulator';
import { connectionInternals } from '../../../local/servicebus/rheaInternals';
import { eventually } from './eventually';

const QUEUE = { LockDuration: 'PT1M', DeadLetteringOnMessageExpiration: true };

/** An emulator with a queue `orders`, and a bare AMQP client that does nothing by itself. */
export async function openRawClient(options: ServiceBusEmulatorOptions = {}) {
  const Namespaces = [{ Name: 'raw', Queues: [{ Name: 'orders', Properties: QUEUE }] }];
  const errors: Error[] = [];
  const emulator = await startServiceBusEmulator({
    port: 0,
    httpPort: 0,
    config: { UserConfig: { Namespaces } },
    onError: (error) => errors.push(error),
    ...options,
  });
  const container = create_container();
  for (const event of [
    'error',
    'protocol_error',
    'disconnected',
    'connection_error',
    'connection_close',
  ]) {
    container.on(event, () => undefined);
  }
  const connections: Connection[] = [];
  const connect = (port = emulator.port) => {
    const connection = container.connect({
      host: '127.0.0.1',
      port,
      username: 'anonymous',
      reconnect: false,
      idle_time_out: 60_000,
      // A message that a test holds pins the slots of all later ones at this end too.
      session_buffer_size: 8192,
    });
    connections.push(connection);
    return connection;
  };
  const close = async () => {
    for (const connection of connections) connection.close();
    await emulator.close();
    // Of a socket that a test destroyed, rhea hears nothing, and its heartbeats go on.
    for (const connection of connections) connectionInternals(connection).eof();
  };
  return { emulator, errors, connect, connection: connect(), container, close };
}

export const counts = ({ emulator }: Awaited<ReturnType<typeof openRawClient>>) => {
  const orders = emulator.counts()['orders'];
  if (!orders) throw new Error('no queue');
  return orders;
};

/** The next event of an AMQP endpoint. */
export async function next(endpoint: Connection | Sender | Receiver, event: string) {
  // rhea's events carry one context.
  const [context] = (await once(endpoint, event)) as [EventContext];
  return context;
}

/** A receiver that gives no credit and settles nothing by itself. */
export function openReceiver(connection: Connection, options: ReceiverOptions = {}): Receiver {
  return connection.open_receiver({
    source: 'orders',
    credit_window: 0,
    autoaccept: false,
    autosettle: false,
    rcv_settle_mode: 1,
    snd_settle_mode: 0,
    ...options,
  });
}

export function openSender(connection: Connection, options: SenderOptions = {}): Sender {
  return connection.open_sender({ target: 'orders', ...options });
}

/** Sends and waits until the broker has taken all of it. */
export async function send(sender: Sender, ...bodies: readonly unknown[]): Promise<void> {
  if (!sender.is_open()) await next(sender, 'sendable');
  let taken = 0;
  const count = () => (taken += 1);
  sender.on('accepted', count);
  for (const body of bodies) sender.send({ body });
  await eventually(() => taken === bodies.length);
  sender.removeListener('accepted', count);
}

/** Collects the bodies that come in on a receiver. */
export function collect(receiver: Receiver) {
  const contexts: EventContext[] = [];
  receiver.on('message', (context: EventContext) => contexts.push(context));
  return contexts;
}

const reply = z.object({
  correlation_id: z.unknown(),
  application_properties: z.record(z.string(), z.unknown()),
  body: z.unknown(),
});

/** A pair of request and reply links, as the SDKs open them. */
export function openRequests(connection: Connection, address: string) {
  const name = generate_uuid();
  const receiver = connection.open_receiver({ source: address, name });
  const sender = connection.open_sender({ target: address });
  const request = async (
    operation: string,
    body: unknown,
    message_id: string | number = 'id-1',
  ) => {
    if (!sender.is_open()) await next(sender, 'sendable');
    const answer = next(receiver, 'message');
    sender.send({
      message_id,
      reply_to: name,
      application_properties: { operation },
      body,
    });
    return reply.parse((await answer).message);
  };
  return { request, sender, receiver, replyTo: name };
}
