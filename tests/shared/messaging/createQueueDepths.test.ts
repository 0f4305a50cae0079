import { startServiceBusEmulator } from '../../../local/servicebus/startServiceBusEmulator';
import { createHttpTransport } from '../../../shared/http/createHttpTransport';
import { createQueueDepths } from '../../../shared/messaging/createQueueDepths';
import { createServiceBusSenders } from '../../../shared/messaging/createServiceBusSenders';
import { anOutgoingMessage } from './anOutgoingMessage';

const config = {
  environment: 'Development',
  serviceBus: { fullyQualifiedNamespace: null, clientId: null },
} as const;

describe('createQueueDepths() for the local broker', () => {
  it('reads what waits and what is scheduled, of each queue by itself', async () => {
    const emulator = await startServiceBusEmulator({ port: 0, httpPort: 0 });
    const secrets = { serviceBusConnectionString: emulator.connectionString };
    const senders = createServiceBusSenders({ config, secrets });
    const transport = createHttpTransport();
    const later = anOutgoingMessage({ messageId: 'later', scheduledAt: Date.now() + 3_600_000 });
    await senders.sender('lookups').send([anOutgoingMessage({ messageId: 'now' }), later]);

    const depths = createQueueDepths({ config, secrets, transport });
    const [lookups, missing] = await Promise.allSettled(
      ['lookups', 'lokups'].map((name) => depths.read(name)),
    );
    await senders.close();
    await emulator.close();
    const [afterwards] = await Promise.allSettled([depths.read('lookups')]);
    transport.close();

    expect(lookups).toMatchObject({ value: { active: 1, scheduled: 1, deadLettered: 0 } });
    expect(missing).toMatchObject({ reason: { code: 'broker.queueNotFound' } });
    expect(afterwards).toMatchObject({ reason: { code: 'broker.depthsUnreadable' } });
  });
});
