import { message as codec, types } from 'rhea';
import {
  encodeDelivery,
  parseMessage,
  splitBatch,
  withProperties,
} from '../../../local/servicebus/EncodedMessage';
import { MalformedMessageError } from '../../../local/servicebus/MalformedMessageError';
import { splitSections } from '../../../local/servicebus/messageSections';
import { elementsOf, readValue } from '../../../local/servicebus/rheaInternals';

const newId = () => 'assigned';

function stored(payload: Buffer) {
  return {
    sequenceNumber: 7,
    content: parseMessage(payload, newId).content,
    state: 'active' as const,
    enqueuedAt: 1000,
    scheduledFor: undefined,
    timeToLiveMs: Infinity,
    expiresAt: Infinity,
    deliveryCount: 2,
    lock: undefined,
    deadLetter: undefined,
    enqueuedSequenceNumber: undefined,
  };
}

describe('parseMessage', () => {
  it('reads what the queue needs', () => {
    const payload = codec.encode({
      ttl: 5000,
      message_id: 'm-1',
      message_annotations: { 'x-opt-scheduled-enqueue-time': types.wrap_timestamp(90_000) },
      body: 'text',
    });

    expect(parseMessage(payload, newId)).toMatchObject({
      messageId: 'm-1',
      timeToLiveMs: 5000,
      scheduledFor: 90_000,
    });
  });

  it.each([
    { kind: 'number', id: 5, messageId: '5' },
    { kind: 'UUID', id: Buffer.alloc(16, 1), messageId: '01'.repeat(16) },
  ])('reads an id that is a $kind', ({ id, messageId }) => {
    expect(parseMessage(codec.encode({ message_id: id, body: 1 }), newId).messageId).toBe(
      messageId,
    );
  });

  it.each([
    { what: 'no id', payload: codec.encode({ subject: 's', body: 1 }) },
    { what: 'no properties', payload: Buffer.from('005377a10161', 'hex') },
    { what: 'an empty list of properties', payload: Buffer.from('00537345005377a10161', 'hex') },
  ])('gives an id to a message with $what', ({ payload }) => {
    const { messageId, content } = parseMessage(payload, newId);

    expect(messageId).toBe('assigned');
    expect(codec.decode(content.properties)['message_id']).toBe('assigned');
    // rhea shares one array between all empty lists; it must still be empty.
    expect(elementsOf(readValue(Buffer.from([0x45])))).toEqual([]);
  });

  it('keeps the other properties of a message that it gives an id', () => {
    const { content } = parseMessage(
      codec.encode({ subject: 's', group_sequence: 4, body: 1 }),
      newId,
    );

    expect(codec.decode(content.properties)).toMatchObject({ subject: 's', group_sequence: 4 });
  });

  it.each([
    { what: 'text', payload: Buffer.from('hello') },
    { what: 'a cut off section', payload: Buffer.from('005377a1ff61', 'hex') },
    { what: 'a section without value', payload: Buffer.from('005377', 'hex') },
    { what: 'an unknown type', payload: Buffer.from('00537710', 'hex') },
    { what: 'a size that is cut off', payload: Buffer.from('005377b100', 'hex') },
    { what: 'a list that lies about its count', payload: Buffer.from('005373c00209a1', 'hex') },
  ])('refuses $what', ({ payload }) => {
    expect(() => parseMessage(payload, newId)).toThrow(MalformedMessageError);
  });
});

describe('encodeDelivery', () => {
  it('keeps properties, application properties, body and footer byte for byte', () => {
    const payload = codec.encode({
      message_id: 'm',
      application_properties: { n: types.wrap_int(5) },
      body: codec.data_sections([Buffer.from('one'), Buffer.from('two')]) as unknown,
      footer: { f: 1 },
    });
    const kept = (encoded: Buffer) =>
      splitSections(encoded)
        .filter(({ code }) => code >= 0x73)
        .map(({ raw }) => raw.toString('hex'));

    expect(kept(encodeDelivery(stored(payload)))).toEqual(kept(payload));
    expect(kept(payload)).toHaveLength(5);
  });

  it('writes the header: what the sender set, and always a delivery count', () => {
    const payload = codec.encode({ durable: true, priority: 7, first_acquirer: true, body: 1 });

    const delivered = { ...stored(payload), timeToLiveMs: 60_000 };

    expect(codec.decode(encodeDelivery(delivered))).toMatchObject({
      durable: true,
      priority: 7,
      first_acquirer: true,
      ttl: 60_000,
      delivery_count: 2,
    });
    const bare = { ...stored(codec.encode({ body: 1 })), deliveryCount: 0 };
    expect(codec.decode(encodeDelivery(bare))['delivery_count']).toBe(0);
  });

  it('replaces annotations of its own and keeps those of the sender', () => {
    const payload = codec.encode({
      body: 1,
      message_annotations: {
        'x-opt-partition-key': 'key',
        'x-opt-sequence-number': types.wrap_long(999),
        'x-opt-locked-until': types.wrap_timestamp(1),
      },
    });

    const { message_annotations } = codec.decode(encodeDelivery(stored(payload)));

    expect(message_annotations).toEqual({
      'x-opt-partition-key': 'key',
      'x-opt-sequence-number': 7,
      'x-opt-enqueued-time': new Date(1000),
      'x-opt-message-state': 0,
    });
  });

  it('tells why a message is a dead letter', () => {
    const payload = codec.encode({ body: 1, application_properties: { kept: true } });
    const deadLetter = { reason: 'r', description: undefined };

    const decoded = codec.decode(encodeDelivery({ ...stored(payload), deadLetter }));

    expect(decoded['application_properties']).toEqual({ kept: true, DeadLetterReason: 'r' });
  });
});

describe('withProperties', () => {
  it('sets and replaces properties in their wire types and leaves the original alone', () => {
    const { content } = parseMessage(
      codec.encode({ body: 1, application_properties: { a: 1, b: 'x' } }),
      newId,
    );
    const before = Buffer.from(content.applicationProperties);

    const changed = withProperties(
      content,
      new Map([
        ['a', types.wrap_long(2)],
        ['c', types.wrap_symbol('s')],
      ]),
    );

    expect(codec.decode(changed.applicationProperties)['application_properties']).toEqual({
      a: 2,
      b: 'x',
      c: 's',
    });
    expect(content.applicationProperties.equals(before)).toBe(true);
  });
});

describe('splitBatch', () => {
  it('gives the message in each data section and ignores the properties of the envelope', () => {
    const inner = ['a', 'b'].map((body) => codec.encode({ message_id: body, body }));
    const envelope = codec.encode({ message_id: 'a', body: codec.data_sections(inner) as unknown });

    expect(splitBatch(envelope)).toEqual(inner);
  });
});
