import { format } from 'node:util';
import {
  ServiceBusError,
  type ServiceBusErrorCode,
  type ServiceBusMessage,
  type ServiceBusSender,
} from '@azure/service-bus';
import { BrokerUnreachableError } from '../../../shared/messaging/BrokerUnreachableError';
import { MessageRefusedError } from '../../../shared/messaging/MessageRefusedError';
import { ServiceBusQueueSender } from '../../../shared/messaging/ServiceBusQueueSender';
import { anOutgoingMessage } from './anOutgoingMessage';

/** A link that cannot be opened; a broker with these faults is not at hand. */
function senderThatFails(error: unknown): ServiceBusQueueSender {
  const link: Pick<ServiceBusSender, 'sendMessages'> = {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- also what is no Error
    sendMessages: () => Promise.reject(error),
  };
  return new ServiceBusQueueSender('output', () => link as ServiceBusSender); // nothing else is called
}

/** A broker that takes everything; tells what came together, and for when. */
function listeningSender() {
  const sent: { readonly ids: unknown[]; readonly for: (number | null)[] }[] = [];
  const note = (messages: readonly ServiceBusMessage[]) =>
    sent.push({
      ids: messages.map(({ messageId }) => messageId),
      for: messages.map(({ scheduledEnqueueTimeUtc: at }) => at?.getTime() ?? null),
    });
  const batches = new Map<unknown, ServiceBusMessage[]>();
  const link = {
    createMessageBatch: async () => {
      const batch = { tryAddMessage: (message: ServiceBusMessage) => messages.push(message) > 0 };
      const messages: ServiceBusMessage[] = [];
      batches.set(batch, messages);
      return batch;
    },
    sendMessages: async (what: ServiceBusMessage) => void note(batches.get(what) ?? [what]),
  };
  const open = () => link as unknown as ServiceBusSender; // nothing else is called
  return { sent, sender: new ServiceBusQueueSender('output', open) };
}

const at = (scheduledAt: number, messageId: string) =>
  anOutgoingMessage({ messageId, scheduledAt });
const now = (messageId: string) => anOutgoingMessage({ messageId });

const SECRET = 'Endpoint=sb://x;SharedAccessKey=abc';

const codes: readonly { code: ServiceBusErrorCode; kind: new (...args: never[]) => Error }[] = [
  { code: 'MessageSizeExceeded', kind: MessageRefusedError },
  { code: 'QuotaExceeded', kind: MessageRefusedError },
  { code: 'MessagingEntityDisabled', kind: MessageRefusedError },
  { code: 'MessagingEntityNotFound', kind: MessageRefusedError },
  { code: 'UnauthorizedAccess', kind: MessageRefusedError },
  { code: 'ServiceTimeout', kind: BrokerUnreachableError },
  { code: 'ServiceBusy', kind: BrokerUnreachableError },
  { code: 'ServiceCommunicationProblem', kind: BrokerUnreachableError },
  { code: 'GeneralError', kind: BrokerUnreachableError },
];

describe('ServiceBusQueueSender.send()', () => {
  it.each([
    { title: 'one message at once', messages: [now('a')], batches: [{ ids: ['a'], for: [null] }] },
    {
      title: 'one message for its time',
      messages: [at(5_000, 'a')],
      batches: [{ ids: ['a'], for: [5_000] }],
    },
    {
      title: 'what waits and what does not apart, whatever their order: a batch has one schedule',
      messages: [at(5_000, 'a'), now('b'), at(9_000, 'c'), now('d')],
      batches: [
        { ids: ['b', 'd'], for: [null, null] },
        { ids: ['a', 'c'], for: [5_000, 9_000] },
      ],
    },
    { title: 'nothing', messages: [], batches: [] },
  ])('sends $title', async ({ messages, batches }) => {
    const { sent, sender } = listeningSender();

    await sender.send(messages);

    expect(sent).toEqual(batches);
  });

  it.each([
    ...codes.map(({ code, kind }) => ({ code, kind, error: new ServiceBusError(SECRET, code) })),
    { code: 'TypeError', kind: BrokerUnreachableError, error: new TypeError(SECRET) },
    { code: 'Unknown', kind: BrokerUnreachableError, error: SECRET },
  ])('throws $kind.name for $code, and tells nothing else', async ({ code, kind, error }) => {
    const sender = senderThatFails(error);

    const thrown: unknown = await sender
      .send([anOutgoingMessage()])
      .catch((reason: unknown) => reason);

    expect(thrown).toBeInstanceOf(kind);
    expect(thrown).toMatchObject({ queue: 'output', condition: code });
    expect(format(thrown)).not.toContain('SharedAccessKey');
  });
});
