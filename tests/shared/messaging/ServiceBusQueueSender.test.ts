import { format } from 'node:util';
import {
  ServiceBusError,
  type ServiceBusErrorCode,
  type ServiceBusSender,
} from '@azure/service-bus';
import { BrokerUnreachableError } from '../../../shared/messaging/BrokerUnreachableError';
import { MessageRefusedError } from '../../../shared/messaging/MessageRefusedError';
import { ServiceBusQueueSender } from '../../../shared/messaging/ServiceBusQueueSender';
import { anOutgoingMessage } from './anOutgoingMessage';

/** A link that cannot be opened; a broker with these faults is not at hand. */
function senderThatFails(error: unknown): ServiceBusQueueSender {
  const link: Pick<ServiceBusSender, 'sendMessages'> = {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- also what is no Error
    sendMessages: () => Promise.reject(error),
  };
  return new ServiceBusQueueSender('output', () => link as ServiceBusSender); // nothing else is called
}

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
