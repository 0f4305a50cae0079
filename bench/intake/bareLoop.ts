/**
 * In a process of its own: for every message of `bare-in` sends a copy of one of the app's records to `bare-out`, and
 * completes it. Tells its parent `ready`.
 */
import { ServiceBusClient } from '@azure/service-bus';

async function main(connectionString: string, atOnce: number): Promise<void> {
  // As the platform and the app have: one connection to receive, another to send.
  const platform = new ServiceBusClient(connectionString);
  const app = new ServiceBusClient(connectionString);
  const [record] = await app.createReceiver('enriched-machines').peekMessages(1);
  if (!record) throw new Error('There is no record to copy');
  const { body, applicationProperties = {}, contentType = '', subject = '' } = record;
  const copy = { body: Buffer.from(JSON.stringify(body)), contentType, subject };
  const sender = app.createSender('bare-out');
  const receiver = platform.createReceiver('bare-in', { skipParsingBodyAsJson: true });
  receiver.subscribe(
    {
      processMessage: async (message) => {
        const { messageId = '' } = message;
        await sender.sendMessages({ ...copy, messageId, applicationProperties });
        await receiver.completeMessage(message);
      },
      processError: ({ error }) => Promise.reject(error),
    },
    { maxConcurrentCalls: atOnce, autoCompleteMessages: false },
  );
  process.send?.('ready');
}

const [connectionString = '', atOnce] = process.argv.slice(2);
void main(connectionString, Number(atOnce));
