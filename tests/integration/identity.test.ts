import { ServiceBusClient } from '@azure/service-bus';
import { WELL_KNOWN } from '../../local/defender/wellKnown';
import { systemClock } from '../../shared/clock/systemClock';
import { FIRST_TRIAL } from '../../shared/calls/StepAttempt';
import { WorkCodec } from '../../shared/lookups/WorkCodec';
import { lookupId } from '../../shared/messaging/ids';
import { aLookup } from '../shared/lookups/aLookup';
import { MemoryBlobStore } from '../shared/storage/MemoryBlobStore';
import { ask, post } from '../support/askApi';
import { LocalStack } from '../support/LocalStack';

const { workstation, server } = WELL_KNOWN.machines;

describe('What tells messages apart', () => {
  let stack: LocalStack;
  let client: ServiceBusClient;
  let base: string;
  beforeAll(async () => {
    stack = await LocalStack.start({ settings: { HTTP_AUTH: 'none' } });
    client = new ServiceBusClient(stack.emulators.serviceBus.connectionString);
  });
  afterAll(async () => {
    await client.close();
    await stack.close();
  });

  const first = lookupId(['first']);
  const second = lookupId(['second']);

  /** Work of a lookup that the broker has given up on. */
  async function deadLetterWork(id: string, isRedriven: boolean): Promise<void> {
    const tenantId = stack.emulators.settings['DEFENDER_TENANT_ID'] ?? '';
    const lookup = aLookup('machine', server.id, {
      id,
      tenantId,
      expiresAt: Date.now() + 3_600_000,
    });
    const codec = new WorkCodec({
      results: new MemoryBlobStore(),
      tenantId,
      clock: systemClock,
    });
    const { scheduledAt: _, ...message } = await codec.encode(
      {
        type: 'lookup',
        lookup,
        generation: 0,
        isRecheck: false,
        freshSinceAt: Date.now(),
        progress: [],
        step: 'machine',
        hop: 0,
        ...FIRST_TRIAL,
      },
      0,
    );
    const applicationProperties = isRedriven ? { redriven: true } : {};
    await client.createSender('lookups').sendMessages({ ...message, applicationProperties });
    const receiver = client.createReceiver('lookups');
    const [delivered] = await receiver.receiveMessages(1);
    if (!delivered) throw new Error('Nothing was delivered.');
    await receiver.deadLetterMessage(delivered, {
      deadLetterReason: 'MaxDeliveryCountExceeded',
      deadLetterErrorDescription: 'Message could not be consumed.',
    });
    await receiver.close();
  }

  it('is not lost in the dead letters: work goes on once, and ends with a record after that', async () => {
    await deadLetterWork(first, false);
    await deadLetterWork(second, true);
    const port = await (await stack.addHost()).ready();
    base = `http://127.0.0.1:${port}/api`;

    const fired = await fetch(`http://127.0.0.1:${port}/admin/functions/housekeeping`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });

    expect(fired.status).toBe(202);
    await stack.until(() => stack.published.length === 2 && stack.quarantined.length === 1);
    const records = stack.published.map(({ record }) => record);
    const inOrder = [first, second].map((id) => records.find(({ lookupId: of }) => of === id));
    expect(inOrder).toMatchObject([
      { lookupId: first, outcome: 'found' },
      { lookupId: second, outcome: 'failed', reason: { code: 'queue.deadLettered' } },
    ]);
    expect(stack.quarantined).toMatchObject([{ reason: { code: 'queue.deadLettered' } }]);
    await stack.until(() => stack.deadLettered() === 0);
  });

  it('is the same where the binding fails, and the message comes out of the dead letters', async () => {
    const before = stack.published.length;
    const [host] = stack.hosts;
    if (!host) throw new Error('There is no host.');
    const body = JSON.stringify({ id: 'jms-1', host: workstation.computerDnsName });
    const sender = client.createSender('siem-indicators');
    await sender.sendMessages({ bodyType: 'value', body });
    await stack.until(() => stack.deadLettered() === 1);

    await fetch(`http://127.0.0.1:${await host.ready()}/admin/functions/housekeeping`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });

    await stack.until(() => stack.published.length > before && stack.deadLettered() === 0);
    expect(stack.published.at(-1)?.record).toMatchObject({
      outcome: 'found',
      request: { eventId: 'jms-1', channel: 'queue' },
    });
    expect(stack.logged).toContainEqual(
      expect.objectContaining({ by: 'housekeeping', event: 'deadLetter.takenBack' }),
    );
  });

  it('is never a number that the platform has rounded', async () => {
    const before = stack.published.length;
    const body = JSON.stringify({ host: workstation.computerDnsName });
    const ids = ['637472900382838875', '637472900382838876', '1e3', '1679770006.47946605'];

    await stack.send(ids.map((messageId) => ({ messageId, body })));

    await stack.until(() => stack.published.length >= before + ids.length);
    const requests = stack.published.slice(before).map(({ record }) => record.request);
    expect(new Set(requests.map(({ id }) => id)).size).toBe(ids.length);
    for (const { messageId, correlationId } of requests) {
      expect([messageId, correlationId]).toEqual([null, null]);
    }
  });

  it('comes back digit for digit where the body says it', async () => {
    const text = `{"ip":"${workstation.ip}","context":{"offense":4603086877212508601}}`;

    const { body } = await ask(base, '/enrich', post(text));

    expect(body['results']).toMatchObject([
      { request: { context: { offense: '4603086877212508601' }, contextCut: false } },
    ]);
  });
});
