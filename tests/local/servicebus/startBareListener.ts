import type { EventContext, Session } from 'rhea';
import { startAmqpListener } from '../../../local/servicebus/AmqpListener';
import { ClientConnection } from '../../../local/servicebus/ClientConnection';
import { NamespaceQueues } from '../../../local/servicebus/NamespaceQueues';
import { systemClock } from '../../../shared/clock/systemClock';

/** The emulator's own parts, with the server's end of the first link in view. */
export async function startBareListener() {
  const queue = { name: 'orders', lockDurationMs: 60_000, maxDeliveryCount: 10 };
  const queues = new NamespaceQueues(
    [
      {
        ...queue,
        defaultTimeToLiveMs: Infinity,
        deadLetterOnExpiration: true,
        duplicateWindowMs: undefined,
        maxMessageBytes: 1000,
      },
    ],
    systemClock,
  );
  const sessions: Session[] = [];
  const listener = await startAmqpListener({
    host: '127.0.0.1',
    port: 0,
    onConnection: (connection) => {
      new ClientConnection(connection, queues, 1000);
      connection.on('sender_open', ({ session }: EventContext) => {
        if (session) sessions.push(session);
      });
    },
    onError: (error) => {
      throw error;
    },
  });
  const serverSession = () => {
    const [session] = sessions;
    if (!session) throw new Error('no link is open');
    return session;
  };
  const close = async () => {
    queues.close();
    await listener.close();
  };
  return { port: listener.port, queues, serverSession, close };
}
