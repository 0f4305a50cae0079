import { createHash } from 'node:crypto';
import { messageSize, MAX_MESSAGE_BYTES } from '../../../shared/messaging/messageSize';
import {
  Quarantine,
  type QuarantineReason,
  type QuarantineSource,
} from '../../../shared/messaging/Quarantine';
import type { OutgoingMessage } from '../../../shared/messaging/QueueSender';
import { MemoryBlobStore } from '../storage/MemoryBlobStore';
import { VirtualClock } from '../../../local/simulation/VirtualClock';
import { RecordingLogger } from '../telemetry/RecordingLogger';

const NOW = Date.parse('2026-11-20T08:15:05.012Z');
const NOT_JSON: QuarantineReason = { code: 'message.notJson', message: 'The body is no JSON.' };

function aSource(fields: Partial<QuarantineSource> = {}): QuarantineSource {
  return {
    queue: 'siem-indicators',
    messageId: 'm-1',
    correlationId: 'c-1',
    sequenceNumber: '42',
    enqueuedAt: Date.parse('2026-11-20T08:15:03.120Z'),
    deliveryCount: 1,
    applicationProperties: { origin: 'sentinel', retries: 2, test: false },
    ...fields,
  };
}

function createQuarantine() {
  const sent: OutgoingMessage[] = [];
  const bodies = new MemoryBlobStore('quarantine');
  const logger = new RecordingLogger();
  const quarantine = new Quarantine({
    sender: { send: async (messages) => void sent.push(...messages) },
    bodies,
    clock: new VirtualClock(NOW),
    logger,
  });
  const put = async (body: Buffer, source = aSource(), reason = NOT_JSON) => {
    await quarantine.putMessage(body, source, reason);
    return lastOf(sent);
  };
  return { quarantine, sent, bodies, logger, put };
}

function lastOf(sent: readonly OutgoingMessage[]) {
  const message = sent.at(-1);
  if (!message) throw new Error('Nothing was sent.');
  const envelope = JSON.parse(message.body.toString('utf8')) as Record<string, unknown>; // what the test looks at
  return { message, envelope };
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** A body of 1-byte characters that makes the message exactly `bytes` long. */
async function bodyForSize(bytes: number): Promise<Buffer> {
  const { message } = await createQuarantine().put(Buffer.of());
  return Buffer.alloc(bytes - messageSize(message), 'x');
}

describe('Quarantine.putMessage()', () => {
  it('tells the entries of one message apart by where they stand', async () => {
    const { quarantine, sent } = createQuarantine();
    for (const path of [null, 'records[0]', 'records[1]', 'records[1]']) {
      await quarantine.putMessage(Buffer.from('{}'), aSource(), NOT_JSON, path);
    }

    const ids = sent.map(({ messageId }) => messageId);
    expect(new Set(ids).size).toBe(3);
    expect(ids[3]).toBe(ids[2]);
  });

  it('sends body, reason and where the message came from', async () => {
    const { put } = createQuarantine();
    const body = Buffer.from('not JSON, but ünïcode');

    const { message, envelope } = await put(body);

    expect(envelope).toEqual({
      schemaVersion: '1.0',
      recordType: 'quarantine',
      id: message.messageId,
      reason: { code: 'message.notJson', message: 'The body is no JSON.' },
      quarantinedAt: '2026-11-20T08:15:05.012Z',
      source: {
        queue: 'siem-indicators',
        messageId: 'm-1',
        correlationId: 'c-1',
        enqueuedAt: '2026-11-20T08:15:03.120Z',
        deliveryCount: 1,
        applicationProperties: { origin: 'sentinel', retries: 2, test: false },
      },
      body: 'not JSON, but ünïcode',
      bodyEncoding: 'utf8',
      bodyBlob: null,
      bodySha256: sha256(body),
      lookup: null,
    });
    expect(message).toMatchObject({
      messageId: expect.stringMatching(/^q_[0-9a-f]{40}$/) as string,
      contentType: 'application/json',
      correlationId: 'c-1',
      applicationProperties: { reasonCode: 'message.notJson' },
    });
  });

  it('gives the same message the same id on each delivery, and others another', async () => {
    const { put } = createQuarantine();
    const body = Buffer.from('x');
    const first = await put(body);

    const second = await put(body, aSource({ deliveryCount: 2 }));
    const other = await put(body, aSource({ sequenceNumber: '43' }));

    expect(second.message.messageId).toBe(first.message.messageId);
    expect(other.message.messageId).not.toBe(first.message.messageId);
  });

  it.each([
    { what: 'text', body: Buffer.from('{"a": 1}'), bodyEncoding: 'utf8' },
    { what: 'nothing', body: Buffer.of(), bodyEncoding: 'utf8' },
    { what: 'text with a byte order mark', body: Buffer.from('\ufeff{}'), bodyEncoding: 'utf8' },
    { what: 'a byte that is not UTF-8', body: Buffer.of(0x7b, 0xff), bodyEncoding: 'base64' },
    { what: 'half a character', body: Buffer.from('ü').subarray(0, 1), bodyEncoding: 'base64' },
    {
      what: 'an encoded lone surrogate',
      body: Buffer.of(0xed, 0xa0, 0x80),
      bodyEncoding: 'base64',
    },
  ] as const)('keeps $what to the byte, as $bodyEncoding', async ({ body, bodyEncoding }) => {
    const { put } = createQuarantine();

    const { envelope } = await put(body);

    expect(envelope).toMatchObject({ bodyEncoding, bodySha256: sha256(body) });
    expect(Buffer.from(String(envelope['body']), bodyEncoding)).toEqual(body);
  });

  it.each([
    { more: -1, place: 'the message' },
    { more: 0, place: 'the message' },
    { more: 1, place: 'a blob' },
  ])('puts a body of the limit $more bytes into $place', async ({ more, place }) => {
    const { put, bodies } = createQuarantine();
    const body = await bodyForSize(MAX_MESSAGE_BYTES + more);

    const { message, envelope } = await put(body);

    const { messageId } = message;
    expect(messageSize(message)).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
    expect(envelope['bodySha256']).toBe(sha256(body));
    expect([...bodies.blobs.keys()]).toEqual(place === 'a blob' ? [messageId] : []);
    expect(envelope['bodyBlob']).toBe(place === 'a blob' ? messageId : null);
    expect(envelope['body']).toBe(place === 'a blob' ? null : body.toString());
  });

  it.each([
    { what: 'control characters, six bytes each in JSON', body: Buffer.alloc(40_000, 0x01) },
    { what: 'four-byte characters', body: Buffer.from('\u{1f980}'.repeat(50_000)) },
    { what: 'bytes that are no text', body: Buffer.alloc(150_000, 0xff) },
  ])('counts $what as they are sent', async ({ body }) => {
    const { put, bodies } = createQuarantine();

    const { message, envelope } = await put(body);

    expect(messageSize(message)).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
    expect(envelope['bodyBlob']).toBe(message.messageId);
    expect(bodies.blobs.get(message.messageId)?.equals(body)).toBe(true);
  });

  it('fits into a message whatever came with it', async () => {
    const { put } = createQuarantine();
    const entries = Array.from({ length: 64 }, (_, i) => [`p${i}`, '\u0001'.repeat(1_000)]);
    const applicationProperties = Object.fromEntries(entries) as Record<string, string>; // built above
    const reason = { code: 'message.notJson', message: '\u0001'.repeat(100_000) };

    const { message, envelope } = await put(
      Buffer.from('x'),
      aSource({ applicationProperties }),
      reason,
    );

    expect(messageSize(message)).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
    expect(envelope['body']).toBe('x');
    expect(envelope['source']).toMatchObject({ applicationProperties: { p0: entries[0]?.[1] } });
  });

  it('sends nothing when the body could not be kept', async () => {
    const sent: OutgoingMessage[] = [];
    const bodies = new MemoryBlobStore();
    const logger = new RecordingLogger();
    bodies.create = async () => Promise.reject(new Error('storage is down'));
    const quarantine = new Quarantine({
      sender: { send: async (messages) => void sent.push(...messages) },
      bodies,
      clock: new VirtualClock(NOW),
      logger,
    });

    const putting = quarantine.putMessage(Buffer.alloc(200_000, 'x'), aSource(), NOT_JSON);

    await expect(putting).rejects.toThrow('storage is down');
    expect(sent).toEqual([]);
    expect(logger.lines).toEqual([]);
  });

  it('reports where it was from and why, without the body', async () => {
    const { put, logger } = createQuarantine();

    const { message } = await put(Buffer.from('x'));

    const fields = { reasonCode: 'message.notJson', queue: 'siem-indicators', lookupId: null };
    expect(logger.lines).toEqual([
      {
        level: 'warning',
        event: 'message.quarantined',
        fields: { quarantineId: message.messageId, ...fields },
      },
    ]);
  });
});

describe('Quarantine.putLookup()', () => {
  const lookup = {
    id: 'l_1',
    tenantId: 't',
    request: {
      id: 'r_1',
      messageId: 'm-1',
      correlationId: null,
      receivedAt: Date.parse('2026-11-20T08:15:03.120Z'),
    },
  };
  const denied = { code: 'defender.forbidden', message: 'The app lacks a role.' };

  it('sends the whole lookup, so that it can be replayed', async () => {
    const { quarantine, sent, logger } = createQuarantine();

    await quarantine.putLookup(lookup, 'e_1', denied);

    const { message, envelope } = lastOf(sent);
    expect(logger.lines).toMatchObject([
      { event: 'message.quarantined', fields: { lookupId: 'l_1', queue: null } },
    ]);
    expect(envelope).toEqual({
      schemaVersion: '1.0',
      recordType: 'quarantine',
      id: message.messageId,
      reason: denied,
      quarantinedAt: '2026-11-20T08:15:05.012Z',
      source: {
        queue: null,
        messageId: 'm-1',
        correlationId: null,
        enqueuedAt: '2026-11-20T08:15:03.120Z',
        deliveryCount: null,
        applicationProperties: {},
      },
      body: null,
      bodyEncoding: null,
      bodyBlob: null,
      bodySha256: null,
      lookup,
    });
    expect(message).toMatchObject({
      correlationId: 'm-1',
      applicationProperties: {
        reasonCode: 'defender.forbidden',
        lookupId: 'l_1',
        requestId: 'r_1',
      },
    });
  });

  it('keeps a lookup whole in a blob that is too large for a message', async () => {
    const { quarantine, sent, bodies } = createQuarantine();
    const large = { ...lookup, progress: 'x'.repeat(MAX_MESSAGE_BYTES) };

    await quarantine.putLookup(large, 'e_1', denied);

    const { message, envelope } = lastOf(sent);
    const body = Buffer.from(JSON.stringify(large));
    expect(messageSize(message)).toBeLessThan(2_048);
    expect(envelope).toMatchObject({
      body: null,
      bodyEncoding: 'utf8',
      lookup: null,
      bodyBlob: message.messageId,
      bodySha256: sha256(body),
    });
    expect(bodies.blobs.get(message.messageId)).toEqual(body);
  });

  it('gives each record its own id, the same on each delivery', async () => {
    const { quarantine, sent } = createQuarantine();

    await quarantine.putLookup(lookup, 'e_1', denied);
    await quarantine.putLookup(lookup, 'e_1', denied);
    await quarantine.putLookup(lookup, 'e_2', denied);

    const [first, repeated, other] = sent.map(({ messageId }) => messageId);
    expect(repeated).toBe(first);
    expect(other).not.toBe(first);
  });
});
