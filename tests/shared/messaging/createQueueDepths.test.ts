import { startServiceBusEmulator } from '../../../local/servicebus/startServiceBusEmulator';
import { createHttpTransport } from '../../../shared/http/createHttpTransport';
import { createQueueDepths } from '../../../shared/messaging/createQueueDepths';
import { createServiceBusSenders } from '../../../shared/messaging/createServiceBusSenders';
import { namespaceDepths } from '../../../shared/messaging/namespaceDepths';
import { anOutgoingMessage } from './anOutgoingMessage';

const config = {
  environment: 'Development',
  serviceBus: { fullyQualifiedNamespace: null, clientId: null },
} as const;

describe('createQueueDepths() for the local broker', () => {
  it('reads what waits, and what is scheduled; null for what is no queue', async () => {
    const emulator = await startServiceBusEmulator({ port: 0, httpPort: 0 });
    const secrets = { serviceBusConnectionString: emulator.connectionString };
    const senders = createServiceBusSenders({ config, secrets });
    const transport = createHttpTransport();
    const later = anOutgoingMessage({ messageId: 'later', scheduledAt: Date.now() + 3_600_000 });
    await senders.sender('lookups').send([anOutgoingMessage({ messageId: 'now' }), later]);

    const depths = createQueueDepths({ config, secrets, transport });
    const reading = await depths.read(['lookups', 'a-topic']);
    await senders.close();
    await emulator.close();
    const afterwards = await depths.read(['lookups']);
    transport.close();

    const lookups = { active: 1, scheduled: 1, deadLettered: 0 };
    expect(reading).toEqual({ ok: true, depths: { lookups, 'a-topic': null } });
    expect(afterwards).toEqual({ ok: false, code: 'broker.depthsUnreadable' });
  });
});

describe('namespaceDepths()', () => {
  const answering = (answer: (queue: string) => object) =>
    namespaceDepths(() => ({
      // What is read of the SDK's answer.
      getQueueRuntimeProperties: async (queue) => answer(queue) as never,
    }));
  const failing = (error: object) =>
    answering(() => {
      throw Object.assign(new Error('https://internal.example'), error);
    });

  it('names what the namespace counts', async () => {
    const counts = { activeMessageCount: 3, scheduledMessageCount: 2, deadLetterMessageCount: 1 };

    const reading = await answering(() => counts).read(['lookups']);

    const lookups = { active: 3, scheduled: 2, deadLettered: 1 };
    expect(reading).toEqual({ ok: true, depths: { lookups } });
  });

  it.each([
    { title: 'a missing right', error: { statusCode: 401 }, expected: 'broker.depthsDenied' },
    { title: 'a refusal', error: { statusCode: 403 }, expected: 'broker.depthsDenied' },
    { title: 'no answer', error: { code: 'ENOTFOUND' }, expected: 'broker.depthsUnreadable' },
  ])('says that it cannot read for $title', async ({ error, expected }) => {
    const reading = await failing(error).read(['lookups']);

    expect(reading).toEqual({ ok: false, code: expected });
  });

  it('knows nothing of what is no queue', async () => {
    const reading = await failing({ statusCode: 404 }).read(['a-topic']);

    expect(reading).toEqual({ ok: true, depths: { 'a-topic': null } });
  });

  it('says that it cannot read when there is nothing to connect to', async () => {
    const depths = namespaceDepths(() => {
      throw new TypeError('no endpoint');
    });

    expect(await depths.read(['lookups'])).toMatchObject({ ok: false });
  });
});
