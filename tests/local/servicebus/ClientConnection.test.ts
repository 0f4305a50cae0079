import { type Receiver, type Sender, types } from 'rhea';
import { next, openRawClient, openReceiver, openSender, send } from './openRawClient';

let client: Awaited<ReturnType<typeof openRawClient>>;
beforeAll(async () => {
  client = await openRawClient();
});
afterAll(() => client.close());

/** What the broker's attach frame said, as clients look at it. */
const termini = (link: Sender | Receiver) => ({
  source: (link.source as { address: string } | null)?.address ?? null,
  target: (link.target as { address: string } | null)?.address ?? null,
});

/** The condition under which the broker closed a link, and whether it ever looked open. */
async function refusalOf(link: Sender | Receiver, role: 'receiver' | 'sender') {
  await next(link, `${role}_close`);
  return link.error && 'condition' in link.error ? link.error.condition : undefined;
}

describe('ClientConnection', () => {
  it.each([
    'orders',
    '/orders',
    'ORDERS',
    'Orders/$DeadLetterQueue',
    '/orders/$deadletterqueue',
    '%6Frders',
  ])('opens a receiver for the address %s', async (source) => {
    const receiver = openReceiver(client.connection, { source, target: { address: 'me' } });

    await next(receiver, 'receiver_open');

    expect(termini(receiver)).toEqual({ source, target: 'me' });
    expect(receiver).toMatchObject({ snd_settle_mode: 0, rcv_settle_mode: 1 });
    receiver.close();
  });

  it('opens a sender with the size limits that SDKs read, and plenty of credit', async () => {
    const sender = openSender(client.connection, { source: 'me', snd_settle_mode: 0 });

    await next(sender, 'sendable');

    expect(termini(sender)).toEqual({ source: 'me', target: 'orders' });
    expect(sender).toMatchObject({ max_message_size: 262_144, snd_settle_mode: 0 });
    expect(sender.properties).toEqual({ 'com.microsoft:max-message-batch-size': 262_144 });
    expect((sender as unknown as { credit: number }).credit).toBeGreaterThanOrEqual(1000);
  });

  it('keeps taking messages far beyond the first credit', async () => {
    const sender = openSender(client.connection);
    const bodies = [...Array(1000).keys()];

    for (let round = 0; round < 3; round += 1) await send(sender, ...bodies);

    expect(client.emulator.counts()['orders']?.totals.enqueued).toBe(3000);
  });

  it.each([
    { what: 'an unknown queue', source: 'nowhere', condition: 'amqp:not-found' },
    {
      what: 'management of an unknown queue',
      source: 'nowhere/$management',
      condition: 'amqp:not-found',
    },
    {
      what: 'a subscription',
      source: 'news/Subscriptions/mine',
      condition: 'amqp:not-implemented',
    },
  ])(
    'refuses to receive from $what, without a source that looks open',
    async ({ source, condition }) => {
      const receiver = openReceiver(client.connection, { source });

      expect(await refusalOf(receiver, 'receiver')).toBe(condition);
      expect(termini(receiver).source).toBeNull();
    },
  );

  it('refuses to receive from a session', async () => {
    const filter = {
      'com.microsoft:session-filter': types.wrap_described('s-1', 'com.microsoft:session-filter'),
    };
    const receiver = openReceiver(client.connection, { source: { address: 'orders', filter } });

    expect(await refusalOf(receiver, 'receiver')).toBe('amqp:not-implemented');
  });

  it.each([
    { what: 'an unknown queue', target: 'nowhere', condition: 'amqp:not-found' },
    {
      what: 'a dead-letter queue',
      target: 'orders/$deadletterqueue',
      condition: 'amqp:not-allowed',
    },
  ])(
    'refuses to send to $what, without a target that looks open',
    async ({ target, condition }) => {
      const sender = openSender(client.connection, { target });

      expect(await refusalOf(sender, 'sender')).toBe(condition);
      expect(termini(sender).target).toBeNull();
    },
  );

  it('refuses transactions', async () => {
    const warned = jest.spyOn(console, 'warn').mockReturnValue();
    const sender = openSender(client.connection);
    const coordinator = types.described(types.wrap_ulong(0x30), types.wrap_list([])) as unknown;
    (sender as unknown as { local: { attach: { target: unknown } } }).local.attach.target =
      coordinator;

    expect(await refusalOf(sender, 'sender')).toBe('amqp:not-implemented');
    warned.mockRestore();
  });
});
