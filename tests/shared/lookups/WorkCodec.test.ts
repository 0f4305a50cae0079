import { gzipSync } from 'node:zlib';
import { buildRecord } from '../../../shared/records/buildRecord';
import type {
  LookupWork,
  PartialWork,
  PublishWork,
  QuarantineWork,
  Work,
} from '../../../shared/lookups/Work';
import { MalformedWorkError } from '../../../shared/lookups/MalformedWorkError';
import { WorkCodec } from '../../../shared/lookups/WorkCodec';
import { STEP_NAMES, type StepName } from '../../../shared/calls/steps';
import { StorageUnavailableError } from '../../../shared/storage/StorageUnavailableError';
import { buildRequestRecord } from '../../../shared/requestRecords/buildRequestRecord';
import { aRecord, aRequest } from '../requestRecords/aRequest';
import { MemoryBlobStore } from '../storage/MemoryBlobStore';
import { aLookup, aMachine, anAnswer, answeredStep, machineId, NOW, progressOf } from './aLookup';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MEBIBYTE = 1024 * 1024;
const ID = '1'.repeat(40);
const lookup = aLookup('ip', '10.1.2.3');
const found = anAnswer({ machines: [aMachine(machineId('a'))] });

const lookupWork: LookupWork = {
  type: 'lookup',
  lookup,
  generation: 0,
  isRecheck: false,
  freshSinceAt: NOW,
  progress: [answeredStep('findByIp', found)],
  step: 'ipAlerts',
  hop: 3,
  failures: 1,
  tokenRefreshed: false,
  isWaiting: false,
  batch: null,
  refusals: { counted: 1, lastAt: NOW, forbiddenSince: null },
  ticket: { endpoint: 'ipAlerts', epoch: 'e', ordinal: 7, lane: 'bulk', flow: 'retry' },
};
const options = { generation: 0, final: true, now: NOW };
const settings = { portalOrigin: 'https://security.microsoft.com' };
const record = buildRecord(lookup, progressOf({ findByIp: found }), settings, options);
const publishWork: PublishWork = { type: 'publish', record, hop: 2 };
const quarantineWork: QuarantineWork = {
  type: 'quarantine',
  copy: {
    messageId: `q_${ID}`,
    body: Buffer.from('{"recordType":"quarantine"}'),
    contentType: 'application/json',
    correlationId: 'c1',
    applicationProperties: { reasonCode: 'message.notJson' },
  },
  hop: 0,
};

const wholeRecord = buildRequestRecord(aRequest([aRecord()]));
const partialWork: PartialWork = {
  type: 'partial',
  requestId: `r_${ID}`,
  receivedAt: NOW,
  correlationId: 'c1',
  hop: 0,
};

const gzip = (json: string) => ({ gzip: gzipSync(json).toString('base64') });

/** Machines whose numbers no packing makes shorter. */
const noise = (count: number, digit: string) =>
  Array.from({ length: count }, (_, at) => ({ id: machineId(digit), n: Math.sin(at) }));

function setUp(results = new MemoryBlobStore()) {
  return { results, codec: new WorkCodec({ results, tenantId: 't1', clock: { now: () => NOW } }) };
}

/** A message as this version writes it, as what it says can be changed. */
async function written(work: Work, codec = setUp().codec): Promise<Message> {
  return JSON.parse((await codec.encode(work, NOW)).body.toString()) as Message; // the test's own choice of fields
}

interface Message {
  [field: string]: unknown;
  lookup: { request: Record<string, unknown>; subject: Record<string, unknown> } & Record<
    string,
    unknown
  >;
  progress: Record<string, unknown>[];
  ticket: Record<string, unknown>;
  record: unknown;
}

describe('WorkCodec', () => {
  it.each<{ title: string; work: Work }>([
    { title: 'a lookup', work: lookupWork },
    { title: 'its record', work: publishWork },
    { title: 'the record of a request', work: { type: 'publish', record: wholeRecord, hop: 1 } },
    { title: 'a record to be noted', work: { type: 'note', record, hop: 0 } },
    { title: 'a look at a request', work: partialWork },
    { title: 'a copy for quarantine', work: quarantineWork },
  ])('reads what it wrote: $title', async ({ work }) => {
    const { codec } = setUp();

    expect(await codec.decode((await codec.encode(work, NOW)).body)).toEqual(work);
  });

  it('names a look at a request after it, and each further try after its hop', async () => {
    const { codec } = setUp();
    const { messageId, body } = await codec.encode(partialWork, NOW);

    expect(messageId).toBe(`r_${ID}:partial`);
    const again = codec.putOff({ body, correlationId: null }, () => NOW);
    expect(again.messageId).toBe(`r_${ID}:0:partial:1`);
  });

  it('keeps the answer about an alternative apart from that of an equal step about the value itself', async () => {
    const { results, codec } = setUp();
    const large = (step: StepName, digit: string) =>
      answeredStep(step, anAnswer({ machines: noise(4_000, digit) }));
    const work: LookupWork = {
      ...lookupWork,
      progress: [large('findByIp', 'a'), large('alt1.findByIp', 'b')],
      step: 'alt1.ipLastKnown',
      ticket: null,
    };

    const { body, messageId } = await codec.encode(work, NOW);

    expect(messageId).toBe(`l_${ID}:0:alt1.ipLastKnown:3`);
    expect(results.blobs.size).toBe(2);
    expect(await codec.decode(body)).toEqual(work);
  });

  it('keeps the answers of an event apart from those of the same event sent again later', async () => {
    const { codec } = setUp();
    const withAnswer = (receivedAt: number, digit: string): LookupWork => {
      const progress = [answeredStep('findByIp', anAnswer({ machines: noise(2_000, digit) }))];
      return {
        ...lookupWork,
        lookup: { ...lookup, request: { ...lookup.request, receivedAt } },
        progress,
      };
    };
    const later = withAnswer(NOW - HOUR_MS, 'b');
    await codec.encode(withAnswer(NOW, 'a'), NOW);

    const { body } = await codec.encode(later, NOW);

    expect(await codec.decode(body)).toEqual(later);
  });

  it('keeps the answers of a recheck apart from those of the first', async () => {
    const { codec } = setUp();
    const withAnswer = (generation: number, digit: string): LookupWork => {
      const progress = [answeredStep('findByIp', anAnswer({ machines: noise(2_000, digit) }))];
      return { ...lookupWork, generation, progress };
    };
    const second = withAnswer(1, 'b');
    await codec.encode(withAnswer(0, 'a'), NOW);

    const { body } = await codec.encode(second, NOW);

    expect(await codec.decode(body)).toEqual(second);
  });

  it('sends on a record that was never asked under its own name', async () => {
    const { codec } = setUp();
    const unasked = (sequenceNumber: string) => {
      const unaskedOf = { sequenceNumber, enqueuedAt: NOW };
      return buildRecord(lookup, [], settings, { ...options, unaskedOf });
    };
    const written = (sequenceNumber: string) =>
      codec.encode({ type: 'publish', hop: 0, record: unasked(sequenceNumber) }, NOW);
    const [first, again, other] = await Promise.all(['1', '1', '2'].map(written));

    expect(again?.messageId).toBe(first?.messageId);
    expect(other?.messageId).not.toBe(first?.messageId);
    expect(await codec.decode(other?.body ?? Buffer.of())).toMatchObject({ record: unasked('2') });
  });

  it('reads messages that waited while the app was updated: what they lack is empty', async () => {
    const { codec } = setUp();
    const added = new Set(['ignored', 'leftOutCount', 'observedAtGiven', 'zoneAssumed', 'also']);
    const { failures: attempt, isRecheck: secondLook, ...message } = await written(lookupWork);
    const older = JSON.stringify({ ...message, attempt, secondLook }, (key, value: unknown) =>
      added.has(key) ? undefined : value,
    );

    expect(await codec.decode(Buffer.from(older))).toEqual(lookupWork);
  });

  it('reads records that waited while the app was updated: what they lack is empty', async () => {
    const { codec } = setUp();
    const added = new Set(['ignored', 'leftOutCount', 'observedAtGiven', 'zoneAssumed', 'also']);
    const older = JSON.stringify(record, (key, value: unknown) =>
      added.has(key) ? undefined : value,
    );
    const message = { ...(await written(publishWork)), record: gzip(older) };

    expect(await codec.decode(Buffer.from(JSON.stringify(message)))).toEqual(publishWork);
  });

  it('keeps what a later version has added to a record, wherever it stands', async () => {
    const { codec } = setUp();
    const machines = record.machines.map((each) => ({
      ...each,
      match: { ...each.match, by: 'addedLater' },
    }));
    const later = withOneMore({ ...record, machines }) as typeof record; // and more
    const message = { ...(await written(publishWork)), record: gzip(JSON.stringify(later)) };

    const work = await codec.decode(Buffer.from(JSON.stringify(message)));

    expect(work).toEqual({ ...publishWork, record: later });
  });

  it('names messages and blobs after the lookup, the generation, the step and the hop', async () => {
    const { results, codec } = setUp();
    const large = {
      ...lookupWork,
      progress: [answeredStep('findByIp', anAnswer({ machines: noise(4_000, 'b') }))],
    };

    const messages = await Promise.all(
      [large, publishWork, quarantineWork].map((work) => codec.encode(work, NOW)),
    );

    expect(messages.map(({ messageId }) => messageId)).toEqual([
      `l_${ID}:0:ipAlerts:3`,
      `l_${ID}:0:publish:2`,
      `q_${ID}:0:quarantine:0`,
    ]);
    expect([...results.blobs.keys()]).toEqual([`work/l_${ID}.0.${NOW}.findByIp`]);
    expect(await codec.decode(messages[0]?.body ?? Buffer.of())).toEqual(large);
  });

  it('keeps a message below 192 KB, whatever its answers and its context', async () => {
    const { codec } = setUp();
    const progress = STEP_NAMES.map((step, at) =>
      answeredStep(step, anAnswer({ machines: noise(500, String(at % 10)) })),
    );
    const context = { a: 'x'.repeat(24_000) };
    const request = { ...lookup.request, context };

    const { body } = await codec.encode(
      { ...lookupWork, lookup: { ...lookup, request }, progress },
      NOW,
    );

    expect(body.byteLength).toBeGreaterThan(150_000);
    expect(body.byteLength).toBeLessThan(192 * 1024);
    expect(await codec.decode(body)).toMatchObject({ progress });
  });

  it.each<{ title: string; work?: Work; forge: (message: Message) => unknown }>([
    { title: 'no JSON', forge: () => '{"type":"lookup", secret' },
    { title: 'JSON of something else', forge: () => [] },
    { title: 'another version', forge: (message) => ({ ...message, schemaVersion: '2.0' }) },
    { title: 'an unknown type', forge: (message) => ({ ...message, type: 'secret' }) },
    { title: 'an unknown step', forge: (message) => ({ ...message, step: 'secret' }) },
    { title: 'a hop below zero', forge: (message) => ({ ...message, hop: -1 }) },
    { title: 'half a failure', forge: (message) => ({ ...message, failures: 0.5 }) },
    { title: 'a generation that is text', forge: (message) => ({ ...message, generation: '0' }) },
    { title: 'an id that is none', forge: (message) => withLookup(message, { id: 'l_secret' }) },
    { title: 'a long id', forge: (message) => withLookup(message, { id: `l_${'1'.repeat(400)}` }) },
    {
      title: "another tenant's lookup",
      forge: (message) => withLookup(message, { tenantId: 't2' }),
    },
    {
      title: 'an end in another age',
      forge: (message) => withLookup(message, { expiresAt: NOW + 38 * HOUR_MS }),
    },
    {
      title: 'an end that is no date',
      forge: (message) => withLookup(message, { expiresAt: 1e18 }),
    },
    {
      title: 'a start that is to come',
      forge: (message) => withRequest(message, { receivedAt: NOW + 2 * DAY_MS }),
    },
    {
      title: 'a start that is no date',
      forge: (message) => withRequest(message, { receivedAt: -1e16 }),
    },
    {
      title: 'a request id that is none',
      forge: (message) => withRequest(message, { id: 'secret' }),
    },
    {
      title: 'a sighting that is no date',
      forge: (message) => withSubject(message, { observedAt: 8.7e15 }),
    },
    {
      title: 'a value that is no such indicator',
      forge: (message) => withSubject(message, { value: 'secret' }),
    },
    {
      title: 'answers that are always fresh',
      forge: (message) => ({ ...message, freshSinceAt: NOW + 2 * DAY_MS }),
    },
    {
      title: 'a ticket of another endpoint',
      forge: (message) => withTicket(message, { endpoint: 'machine' }),
    },
    {
      title: 'a ticket of a calendar that is yet to be written',
      forge: (message) => withTicket(message, { asOf: NOW + 2 * DAY_MS }),
    },
    {
      title: 'a ticket for next week',
      forge: (message) => withTicket(message, { slotAt: NOW + 7 * DAY_MS }),
    },
    {
      title: 'a ticket before the first',
      forge: (message) => withTicket(message, { ordinal: -1 }),
    },
    {
      title: 'more answers than there are steps',
      forge: (message) => ({
        ...message,
        progress: Array.from({ length: 100 }, () => message.progress[0]),
      }),
    },
    {
      title: 'an answer of another endpoint',
      forge: (message) => withAnswer(message, { endpoint: 'machine' }),
    },
    {
      title: 'an answer that is no gzip',
      forge: (message) => withAnswer(message, { answer: { gzip: 'secret' } }),
    },
    {
      title: 'an answer that is no JSON',
      forge: (message) => withAnswer(message, { answer: gzip('{"secret') }),
    },
    {
      title: 'an answer that is none',
      forge: (message) => withAnswer(message, { answer: gzip('{"secret":1}') }),
    },
    {
      title: 'an answer of numbers',
      forge: (message) =>
        withAnswer(message, {
          answer: gzip(`{"status":200,"machines":[${'0,'.repeat(12 * MEBIBYTE)}0]}`),
        }),
    },
    {
      title: 'an answer of 65 MB',
      forge: (message) =>
        withAnswer(message, { answer: gzip(JSON.stringify(' '.repeat(65 * MEBIBYTE))) }),
    },
    {
      title: 'answers of 65 MB together',
      forge: (message) => {
        const answer = gzip(
          JSON.stringify({ ...found, machines: [{ id: 'm', x: ' '.repeat(13 * MEBIBYTE) }] }),
        );
        return {
          ...message,
          progress: Array.from({ length: 5 }, () => ({ ...message.progress[0], answer })),
        };
      },
    },
    {
      title: 'an answer from the future',
      forge: (message) => withAnswer(message, { calledAt: NOW + 2 * DAY_MS }),
    },
    {
      title: "another lookup's blob",
      forge: (message) =>
        withAnswer(message, { answer: { blob: `work/l_${'2'.repeat(40)}.0.findByIp` } }),
    },
    {
      title: 'a blob that is gone',
      forge: (message) => withAnswer(message, { answer: { blob: `work/l_${ID}.0.findByIp` } }),
    },
    {
      title: 'a record that is none',
      work: publishWork,
      forge: (message) => ({ ...message, record: gzip('{"secret":1}') }),
    },
    {
      title: "another tenant's record",
      work: publishWork,
      forge: (message) => withRecord(message, { tenantId: 't2' }),
    },
    {
      title: "another lookup's record",
      work: publishWork,
      forge: (message) => withRecord(message, { lookupId: `l_${'2'.repeat(40)}` }),
    },
    {
      title: 'a record of another generation',
      work: publishWork,
      forge: (message) => withRecord(message, { generation: 1 }),
    },
    {
      title: 'a record of no outcome',
      work: publishWork,
      forge: (message) => withRecord(message, { outcome: 'secret' }),
    },
    {
      title: 'a record of machines without ids',
      work: publishWork,
      forge: (message) => withRecord(message, { machines: [{}] }),
    },
    {
      title: 'a record without a summary',
      work: publishWork,
      forge: (message) => withRecord(message, { summary: null }),
    },
    {
      title: 'a copy without a body',
      work: quarantineWork,
      forge: (message) => ({ ...message, copy: gzip('{}') }),
    },
    {
      title: 'a copy without an id',
      work: quarantineWork,
      forge: (message) => ({ ...message, id: `l_${ID}` }),
    },
  ])(
    'takes $title for no work of its own, and repeats nothing of it',
    async ({ work = lookupWork, forge }) => {
      const { results, codec } = setUp();
      await results.create(`work/l_${'2'.repeat(40)}.0.findByIp`, gzipSync(JSON.stringify(found)), {
        contentType: '',
      });
      const forged = forge(await written(work, codec));
      const body = Buffer.from(typeof forged === 'string' ? forged : JSON.stringify(forged));

      const failure: unknown = await codec.decode(body).catch((error: unknown) => error);

      expect(failure).toBeInstanceOf(MalformedWorkError);
      expect(failure).toMatchObject({
        code: 'message.notWork',
        message:
          'Cannot go on with work: the message is not from this version of the app, or what it refers to is gone',
      });
      expect(failure).not.toHaveProperty('cause');
    },
  );

  it('tells a storage that does not answer from work that is none of its own', async () => {
    const { results, codec } = setUp();
    const answer = { blob: `work/l_${ID}.0.findByIp` };
    const message = withAnswer(await written(lookupWork), { answer });
    results.read = () => Promise.reject(new StorageUnavailableError('read', '503'));

    const decoding = codec.decode(Buffer.from(JSON.stringify(message)));

    await expect(decoding).rejects.toBeInstanceOf(StorageUnavailableError);
  });

  it('puts work off without opening it: one more failure, and no ticket', async () => {
    const { codec } = setUp();
    const { body } = await codec.encode(lookupWork, NOW);

    const delivered = { body, correlationId: 'c1' };
    const later = codec.putOff(delivered, (failures) => NOW + failures);

    expect(later).toMatchObject({
      messageId: `l_${ID}:0:ipAlerts:4`,
      correlationId: 'c1',
      scheduledAt: NOW + 2,
    });
    expect(await codec.decode(later.body)).toEqual({
      ...lookupWork,
      hop: 4,
      failures: 2,
      ticket: null,
    });
  });
});

/** The value with one more field in each of its objects. */
function withOneMore(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withOneMore);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, field]) => [name, withOneMore(field)] as const);
  return { ...Object.fromEntries(fields), addedLater: 1 };
}

const withLookup = (message: Message, change: object) => ({
  ...message,
  lookup: { ...message.lookup, ...change },
});
const withRequest = (message: Message, change: object) =>
  withLookup(message, { request: { ...message.lookup.request, ...change } });
const withSubject = (message: Message, change: object) =>
  withLookup(message, { subject: { ...message.lookup.subject, ...change } });
const withTicket = (message: Message, change: object) => ({
  ...message,
  ticket: { ...message.ticket, ...change },
});
const withAnswer = (message: Message, change: object) => ({
  ...message,
  progress: [{ ...message.progress[0], ...change }],
});
const withRecord = (message: Message, change: object) => ({
  ...message,
  record: gzip(JSON.stringify({ ...record, ...change })),
});
