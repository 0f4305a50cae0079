import { ServiceBusClient, type ServiceBusReceivedMessage } from '@azure/service-bus';
import { choose, type Choice } from '../../../cli/replay/choose';
import { DeadLetterShelf } from '../../../cli/replay/DeadLetterShelf';
import { EntryBook } from '../../../cli/replay/EntryBook';
import { QuarantineShelf } from '../../../cli/replay/QuarantineShelf';
import { Replay, type ReplayReport } from '../../../cli/replay/Replay';
import type { EntryFilter } from '../../../cli/replay/replayOptions';
import { Sending } from '../../../cli/replay/Sending';
import type { Entry, Shelf } from '../../../cli/replay/Shelf';
import { Taker } from '../../../cli/replay/Taker';
import {
  startServiceBusEmulator,
  type ServiceBusEmulator,
} from '../../../local/servicebus/startServiceBusEmulator';
import { WorkCodec } from '../../../shared/lookups/WorkCodec';
import { Quarantine, type QuarantineSource } from '../../../shared/messaging/Quarantine';
import type { QueueSender } from '../../../shared/messaging/QueueSender';
import { ServiceBusQueueSender } from '../../../shared/messaging/ServiceBusQueueSender';
import { acceptedWith, CLOUD_SETTINGS } from '../../shared/config/exampleSettings';
import { aLookup, NOW } from '../../shared/lookups/aLookup';
import { MemoryBlobStore } from '../../shared/storage/MemoryBlobStore';
import { RecordingLogger } from '../../shared/telemetry/RecordingLogger';

const ALL: EntryFilter = { reason: null, request: null, lookup: null, id: null };
const REASON = { code: 'defender.forbidden', message: 'Grant it.' };
const DAY_MS = 86_400_000;

const idOf = (number: number) => `l_${String(number).padStart(40, '0')}`;
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('a replay', () => {
  let emulator: ServiceBusEmulator;
  let client: ServiceBusClient;
  let time = NOW;
  const progress: { readonly at: number; readonly sent: number; readonly chosen: number }[] = [];
  const clock = {
    now: () => time,
    sleep: async (ms: number) => {
      time += Math.max(0, ms);
    },
  };
  const bodies = new MemoryBlobStore('quarantine');
  const results = new MemoryBlobStore('results');

  beforeEach(async () => {
    time = NOW;
    progress.length = 0;
    emulator = await startServiceBusEmulator({ port: 0, httpPort: 0 });
    client = new ServiceBusClient(emulator.connectionString);
  });
  afterEach(async () => {
    await client.close();
    await emulator.close();
  });

  const senderOf = (queue: string): QueueSender =>
    new ServiceBusQueueSender(queue, () => client.createSender(queue));
  const quarantine = (): Quarantine => {
    const sender = senderOf('quarantine');
    return new Quarantine({ sender, bodies, clock, logger: new RecordingLogger() });
  };
  const config = acceptedWith(CLOUD_SETTINGS).config;
  const tenantId = config.defender.tenantId;

  async function putLookups(count: number, generation = 0): Promise<void> {
    const messages = numbers(count).map((number) => {
      const lookup = { ...aLookup('ip', '10.1.2.3', { id: idOf(number), tenantId }), generation };
      return { lookup, recordId: `e_${number}_${generation}` };
    });
    const shelf = quarantine();
    for (const { lookup, recordId } of messages) await shelf.putLookup(lookup, recordId, REASON);
  }

  interface Run {
    readonly filter?: Partial<EntryFilter>;
    readonly shelf?: Shelf;
    readonly queue?: string;
    /** As the state of its request has it. */
    readonly used?: number | null;
    readonly send?: (queue: string) => QueueSender;
    readonly perSecond?: number;
  }

  async function replay({
    filter = {},
    shelf = new QuarantineShelf({
      config,
      bodies,
      codec: new WorkCodec({ results, tenantId, clock }),
    }),
    queue = 'quarantine',
    send = senderOf,
    used = null,
    perSecond = 1_000,
  }: Run = {}): Promise<ReplayReport> {
    const isDead = shelf instanceof DeadLetterShelf;
    const open = () =>
      client.createReceiver(queue, {
        skipParsingBodyAsJson: true,
        ...(isDead && { subQueueType: 'deadLetter' }),
      });
    const taker = new Taker(open());
    const book = new EntryBook(shelf, open());
    const sending = new Sending({
      shelf,
      taker,
      book,
      senderOf: send,
      usedGeneration: async () => used,
    });
    const gate = {
      sort: async (choices: readonly Choice[]) => [choices],
      open: async () => ({ outcome: 'open', endpoints: [], isSentAhead: false }) as const,
    };
    const onProgress = (sent: number, chosen: number) => {
      progress.push({ at: time - NOW, sent, chosen });
    };
    const run = new Replay({ sending, gate, clock, perSecond, onProgress });
    try {
      return await run.run(choose(await book.news(), { ...ALL, ...filter }));
    } finally {
      await taker.close();
    }
  }

  async function peek(queue: string, count = 1_000): Promise<ServiceBusReceivedMessage[]> {
    const found: ServiceBusReceivedMessage[] = [];
    // A client of its own: the SDK goes on where the last look of a client ended.
    const onlooker = new ServiceBusClient(emulator.connectionString);
    const receiver = onlooker.createReceiver(queue, { skipParsingBodyAsJson: true });
    for (;;) {
      const batch = await receiver.peekMessages(count);
      found.push(...batch);
      if (batch.length > 0) continue;
      await onlooker.close();
      return found;
    }
  }
  const jsonOf = ({ body }: ServiceBusReceivedMessage) =>
    JSON.parse((body as Buffer).toString('utf8')) as Record<string, unknown>;

  it('brings 1,000 of 1,000 back to work, and again inside the window of duplicate detection', async () => {
    await putLookups(1_000);
    expect(await replay()).toMatchObject({ replayed: 1_000, left: [], returned: [] });
    await putLookups(1_000, 1);
    expect(await replay()).toMatchObject({ replayed: 1_000, left: [], returned: [] });

    expect(await peek('quarantine')).toHaveLength(0);
    const ids = (await peek('lookups')).map(({ messageId }) => String(messageId));
    expect(new Set(ids).size).toBe(2_000);
    expect(ids).toContain(`${idOf(999)}:1:findByIp:0`);
    expect(ids).toContain(`${idOf(999)}:2:findByIp:0`);
  });

  it('asks anew, its age counted from then and without the notAfter of its message', async () => {
    await putLookups(1);
    time = NOW + 3 * DAY_MS;

    await replay();

    const [work] = (await peek('lookups')).map(jsonOf);
    expect(work).toMatchObject({ type: 'lookup', generation: 1, progress: [], ticket: null });
    expect(work?.['lookup']).toMatchObject({ expiresAt: NOW + 4 * DAY_MS });
  });

  it('replays the newest of several entries of a lookup, and removes the older with it', async () => {
    await putLookups(2, 0);
    await putLookups(1, 3);

    const { replayed } = await replay({ filter: { lookup: idOf(0) } });

    expect(replayed).toBe(1);
    expect((await peek('lookups')).map(({ messageId }) => messageId)).toEqual([
      `${idOf(0)}:4:findByIp:0`,
    ]);
    expect(
      (await peek('quarantine')).map(({ applicationProperties: p }) => p?.['lookupId']),
    ).toEqual([idOf(1)]);
  });

  it('takes a generation that the lookup has not used, by what is known of its request', async () => {
    await putLookups(1);

    await replay({ used: 4 });

    expect((await peek('lookups')).map(({ messageId }) => messageId)).toEqual([
      `${idOf(0)}:5:findByIp:0`,
    ]);
  });

  it.each([
    { title: 'text', body: Buffer.from('{"ip":') },
    { title: 'bytes', body: Buffer.from([0xff, 0xfe, 0x00]) },
    { title: 'a body that lies in a blob', body: Buffer.alloc(200_000, 'x') },
  ])('gives a message back as it came: $title', async ({ body }) => {
    const source: QuarantineSource = {
      queue: 'siem-indicators',
      messageId: 'm-1',
      correlationId: 'c-1',
      sequenceNumber: String(body.length),
      enqueuedAt: NOW,
      deliveryCount: 1,
      applicationProperties: { origin: 'sentinel', retries: 2, test: false },
    };
    await quarantine().putMessage(body, source, { code: 'message.notJson', message: 'No.' });

    await replay({ filter: { reason: 'message.notJson' } });

    const [message] = await peek('siem-indicators');
    expect(message).toMatchObject({
      messageId: 'm-1',
      correlationId: 'c-1',
      applicationProperties: { origin: 'sentinel', retries: 2, test: false },
    });
    expect(message?.body).toEqual(body);
    expect(await peek('quarantine')).toHaveLength(0);
  });

  it('replays what one request left, and nothing of another', async () => {
    await putLookups(2);
    const otherRequest = `r_${'f'.repeat(40)}`;
    const lookup = aLookup('ip', '10.1.2.3', { id: idOf(2), tenantId });
    const other = { ...lookup, request: { ...lookup.request, id: otherRequest }, generation: 0 };
    await quarantine().putLookup(other, 'e_other', REASON);

    const { replayed } = await replay({ filter: { request: otherRequest } });

    expect(replayed).toBe(1);
    expect((await peek('lookups')).map(({ messageId }) => messageId)).toEqual([
      `${idOf(2)}:1:findByIp:0`,
    ]);
    expect(await peek('quarantine')).toHaveLength(2);
  });

  it('replays no more a second than it may, and shows how far it is', async () => {
    await putLookups(40);

    await replay({ perSecond: 5 });

    // Twenty to see whether they come back, then five a second.
    expect(progress.slice(0, 4)).toEqual([
      { at: 0, sent: 0, chosen: 40 },
      { at: 0, sent: 20, chosen: 40 },
      { at: 4_000, sent: 25, chosen: 40 },
      { at: 5_000, sent: 30, chosen: 40 },
    ]);
    expect(progress.at(-1)).toEqual({ at: 7_000, sent: 40, chosen: 40 });
  });

  it('puts back what it takes and does not want, once a run', async () => {
    await putLookups(3);

    for (const number of [3, 4, 5]) {
      const wanted = aLookup('ip', '10.1.2.3', { id: idOf(number), tenantId });
      const replayable = { ...wanted, generation: 0 };
      await quarantine().putLookup(replayable, `e_${number}`, REASON);
      await replay({ filter: { lookup: idOf(number) } });
    }

    expect(emulator.counts()['quarantine']).toMatchObject({ locked: 0, deadLettered: 0 });
    const left = await client.createReceiver('quarantine').receiveMessages(10);
    expect(left.map(({ deliveryCount }) => deliveryCount)).toEqual([3, 3, 3]);
  });

  it('removes nothing whose copy is not accepted', async () => {
    await putLookups(2);
    const send = () => ({ send: () => Promise.reject(new Error('refused')) });

    await expect(replay({ send })).rejects.toThrow('refused');

    expect(await peek('quarantine')).toHaveLength(2);
  });

  it('stops when more than one in twenty comes back', async () => {
    await putLookups(100);
    const send = (queue: string): QueueSender => ({
      send: async (messages) => {
        await senderOf(queue).send(messages);
        await putLookups(2, 1);
      },
    });

    const report = await replay({ send });

    expect(report).toMatchObject({ replayed: 20, isStopped: true });
    expect(report.returned.map(({ lookupId }: Entry) => lookupId)).toEqual([idOf(0), idOf(1)]);
    expect(await peek('quarantine')).toHaveLength(82);
  });

  it('sends a dead letter of an output to that queue again, past duplicate detection', async () => {
    const sender = client.createSender('enriched-machines');
    const message = { messageId: 'e_1', body: Buffer.from('{"a":1}'), subject: 'enrichment.found' };
    await sender.sendMessages({ ...message, applicationProperties: { outcome: 'found' } });
    const [locked] = await client.createReceiver('enriched-machines').receiveMessages(1);
    if (!locked) throw new Error('Nothing came.');
    await client.createReceiver('enriched-machines').deadLetterMessage(locked, {
      deadLetterReason: 'consumer.failed',
      deadLetterErrorDescription: 'It said no.',
    });

    const shelf = new DeadLetterShelf('enriched-machines');
    const report = await replay({
      shelf,
      queue: 'enriched-machines',
      filter: { reason: 'consumer.failed' },
    });

    expect(report).toMatchObject({ replayed: 1, left: [] });
    const [again] = await peek('enriched-machines');
    expect(again).toMatchObject({
      subject: 'enrichment.found',
      applicationProperties: { outcome: 'found' },
    });
    expect(String(again?.messageId)).toMatch(/^e_1:replay-\d+$/);
    expect(again?.applicationProperties).not.toHaveProperty('DeadLetterReason');
    expect(emulator.counts()['enriched-machines']).toMatchObject({ deadLettered: 0 });
  });

  it('brings a dead letter of quarantine back into quarantine, from where it is replayed', async () => {
    await putLookups(1);
    const receiver = client.createReceiver('quarantine', { skipParsingBodyAsJson: true });
    const [locked] = await receiver.receiveMessages(1);
    if (!locked) throw new Error('Nothing came.');
    await receiver.deadLetterMessage(locked, {
      deadLetterReason: 'TTLExpiredException',
      deadLetterErrorDescription: 'Too old.',
    });
    await receiver.close();

    const shelf = new DeadLetterShelf('quarantine');
    const brought = await replay({ shelf, filter: { reason: 'TTLExpiredException' } });
    const replayed = await replay({ filter: { reason: REASON.code, lookup: idOf(0) } });

    expect([brought, replayed]).toMatchObject([
      { replayed: 1, left: [], returned: [] },
      { replayed: 1, left: [], returned: [] },
    ]);
    expect((await peek('lookups')).map(({ messageId }) => messageId)).toEqual([
      `${idOf(0)}:1:findByIp:0`,
    ]);
    expect(emulator.counts()['quarantine']).toMatchObject({ active: 0, deadLettered: 0 });
  });
});
