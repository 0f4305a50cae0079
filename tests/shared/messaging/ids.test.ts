import fc from 'fast-check';
import {
  hashId,
  lookupId,
  quarantineId,
  recordId,
  requestId,
  workMessageId,
} from '../../../shared/messaging/ids';

const anyText = fc.string({ unit: 'binary', maxLength: 12 });
const anyList = fc.array(anyText, { maxLength: 5 });
const RUNS = { numRuns: 1_000 };

describe('hashId()', () => {
  it('is a letter, an underscore and 40 lower-case hex digits', () => {
    expect(hashId('l', 1, ['a'])).toMatch(/^l_[0-9a-f]{40}$/);
  });

  it('stays what it was when records of it were made', () => {
    expect(hashId('r', 1, ['tenant', 'Ünïcode \u{1f980}', ''])).toBe(
      'r_e983266f22b8775819a2a46707d0f2ab1e2a4bca',
    );
  });

  it('is a pure function of its arguments', () => {
    fc.assert(
      fc.property(anyList, (parts) => {
        expect(hashId('l', 1, [...parts])).toBe(hashId('l', 1, parts));
      }),
      RUNS,
    );
  });

  it('tells every two lists apart', () => {
    fc.assert(
      fc.property(anyList, anyList, (one, other) => {
        const isSame = JSON.stringify(one) === JSON.stringify(other);

        expect(hashId('l', 1, one) === hashId('l', 1, other)).toBe(isSame);
      }),
      RUNS,
    );
  });

  it('tells a list from the same text cut elsewhere', () => {
    fc.assert(
      fc.property(anyText, fc.nat(12), fc.nat(12), (text, one, other) => {
        const cut = (at: number) => [text.slice(0, at), text.slice(at)];
        const isSame = Math.min(one, text.length) === Math.min(other, text.length);

        expect(hashId('l', 1, cut(one)) === hashId('l', 1, cut(other))).toBe(isSame);
      }),
      RUNS,
    );
  });

  it.each([
    { why: 'a part is missing', one: ['a', ''], other: ['a'] },
    { why: 'a part looks like a length', one: ['1:a', 'b'], other: ['1', 'a1:b'] },
    { why: 'lone surrogates differ', one: ['\ud800'], other: ['\udbff'] },
    { why: 'the order differs', one: ['a', 'b'], other: ['b', 'a'] },
    { why: 'case differs', one: ['a'], other: ['A'] },
  ])('tells lists apart where $why', ({ one, other }) => {
    expect(hashId('l', 1, one)).not.toBe(hashId('l', 1, other));
  });

  it('tells prefixes and versions apart', () => {
    const digests = [hashId('l', 1, ['a']), hashId('r', 1, ['a']), hashId('l', 2, ['a'])].map(
      (id) => id.slice(2),
    );

    expect(new Set(digests).size).toBe(3);
  });

  it('meets no collision among 100,000 work items', () => {
    const ids = new Set<string>();
    for (let i = 0; i < 100_000; i++) {
      ids.add(
        hashId('l', 1, [`tenant-${i % 7}`, 'ip', `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`]),
      );
    }

    expect(ids.size).toBe(100_000);
  });
});

describe('requestId()', () => {
  it('does not confuse what the request is with what it asks', () => {
    expect(requestId(['event', 'a'], ['b'])).not.toBe(requestId(['event'], ['a', 'b']));
  });

  it.each([
    { change: 'the event', origin: ['event', 'siem', '2'], content: ['1.2.3.4'] },
    { change: 'the content', origin: ['event', 'siem', '1'], content: ['1.2.3.5'] },
  ])('is another one when $change changes', ({ origin, content }) => {
    const id = requestId(['event', 'siem', '1'], ['1.2.3.4']);

    expect(requestId(origin, content)).not.toBe(id);
    expect(requestId(['event', 'siem', '1'], ['1.2.3.4'])).toBe(id);
  });
});

describe('the other ids', () => {
  it('have the prefix of their kind', () => {
    const lookup = lookupId(['tenant', 'r_1', 'ip', '10.1.2.3']);
    const record = recordId(lookup, 0);

    expect(lookup).toMatch(/^l_/);
    expect(record).toMatch(/^e_/);
    expect(quarantineId([record])).toMatch(/^q_/);
    expect(requestId(['message', '1'], [])).toMatch(/^r_/);
  });

  it('differ for each generation of a record', () => {
    const lookup = lookupId(['tenant']);
    const generations = [0, 1, 2, 10, 11];

    expect(new Set(generations.map((generation) => recordId(lookup, generation))).size).toBe(5);
  });
});

describe('recordId()', () => {
  const lookup = lookupId(['tenant']);
  const message = { sequenceNumber: '7', enqueuedAt: 1_763_626_503_120 };

  it('is made of the lookup and its generation, and of the message of one that was never asked', () => {
    expect(recordId(lookup, 2)).toBe(hashId('e', 1, [lookup, '2']));
    expect(recordId(lookup, 2, message)).toBe(
      hashId('e', 1, [lookup, '2', 'unasked', '7', '1763626503120']),
    );
  });

  it('of a lookup that was never asked differs for each message that brought it', () => {
    const ids = [
      recordId(lookup, 0),
      recordId(lookup, 0, message),
      recordId(lookup, 0, { ...message, sequenceNumber: '8' }),
      recordId(lookup, 0, { ...message, enqueuedAt: message.enqueuedAt + 1 }),
    ];

    expect(new Set(ids).size).toBe(4);
    expect(recordId(lookup, 0, { ...message })).toBe(ids[1]);
  });
});

describe('workMessageId()', () => {
  it('names lookup, generation, step and hop', () => {
    const id = workMessageId('l_3395856ce81f2b7382dee72602f798b642f14140', 1, 'findByIp', 12);

    expect(id).toBe('l_3395856ce81f2b7382dee72602f798b642f14140:1:findByIp:12');
    expect(id.length).toBeLessThanOrEqual(128);
  });
});
