import type { RequestInfo } from '../../../shared/lookups/Lookup';
import { oldestSightingAt } from '../../../shared/defender/oldestSightingAt';
import { requestIn } from '../../support/requestIn';
import type { Arrival } from '../../../shared/siem/Arrival';
import { toLookups } from '../../../shared/siem/toLookups';

const TENANT = '11111111-2222-3333-4444-555555555555';
const NOW = Date.parse('2026-11-20T08:15:00Z');
const DAY_MS = 86_400_000;
const settings = { tenantId: TENANT, internalIpRanges: [], maxAgeMs: DAY_MS };
const arrival: Arrival = {
  channel: 'queue',
  replyTo: 'queue',
  messageId: 'm1',
  correlationId: 'm1',
  receivedAt: NOW,
  arrivalId: ['message', 'm1'],
  ingestCaller: null,
};

const lookupsOf = (message: unknown, changes?: Partial<Arrival>) =>
  lookupsIn(JSON.stringify(message), changes);

function lookupsIn(text: string, changes: Partial<Arrival> = {}) {
  return toLookups(requestIn(Buffer.from(text), TENANT), { ...arrival, ...changes }, settings);
}

function requestInfoIn(text: string): RequestInfo {
  const [lookup] = lookupsIn(text).lookups;
  if (!lookup) throw new Error('Nothing to look up.');
  return lookup.request;
}

const requestIdOf = (message: unknown, changes?: Partial<Arrival>): string | undefined =>
  lookupsOf(message, changes).lookups[0]?.request.id;
const idsOf = (message: unknown): string[] => lookupsOf(message).lookups.map(({ id }) => id);

const incident = { id: 'incident-1', source: 'siem', indicators: [{ ip: '10.1.2.3' }] };

describe('toLookups()', () => {
  it.each([
    {
      title: 'another delivery',
      message: incident,
      changes: { messageId: 'm2', arrivalId: ['message', 'm2'] },
    },
    { title: 'a later one', message: incident, changes: { receivedAt: NOW + DAY_MS } },
    {
      title: 'another spelling of the value',
      message: { ...incident, indicators: [{ ip: '::ffff:10.1.2.3' }] },
    },
    {
      title: 'another order of keys',
      message: { indicators: incident.indicators, source: 'siem', id: 'incident-1' },
    },
    { title: 'another priority', message: { ...incident, priority: 'high' } },
  ])('names the same event the same in $title', ({ message, changes }) => {
    expect(requestIdOf(message, changes)).toBe(requestIdOf(incident));
  });

  it.each([
    { title: 'another event', message: { ...incident, id: 'incident-2' } },
    { title: 'another source', message: { ...incident, source: 'other' } },
    { title: 'another revision', message: { ...incident, revision: '2' } },
    { title: 'another indicator', message: { ...incident, indicators: [{ ip: '10.1.2.4' }] } },
    {
      title: 'another time',
      message: {
        ...incident,
        indicators: [{ ip: '10.1.2.3', observedAt: '2026-11-20T08:00:00Z' }],
      },
    },
    { title: 'another context', message: { ...incident, context: { ticket: 1 } } },
    { title: 'another notAfter', message: { ...incident, notAfter: '2026-11-21T00:00:00Z' } },
    { title: 'another maxAgeMs', message: { ...incident, maxAgeMs: 0 } },
  ])('is a new request with $title', ({ message }) => {
    expect(requestIdOf(message)).not.toBe(requestIdOf(incident));
  });

  it.each(['1e5bc9d7-0000-0000-0000-000000000001', 'key'])(
    'keeps what %s sends over HTTP apart from what others send under the same names',
    (ingestCaller) => {
      const others = [null, 'key', '1e5bc9d7-0000-0000-0000-000000000001', 'other'];
      const same = others.filter(
        (other) =>
          requestIdOf(incident, { ingestCaller }) ===
          requestIdOf(incident, { ingestCaller: other }),
      );

      expect(same).toEqual([ingestCaller]);
    },
  );

  it.each([
    ['sha256ac', 'sha256'],
    ['sha512', 'hash'],
  ])(
    'is a new request with a hash under %s, which cannot be asked for, and then under %s',
    (...keys) => {
      const [first, second] = keys.map((key) => {
        const message = { id: 'i-1', indicators: [{ [key]: 'a'.repeat(64) }] };
        const { lookups, invalid } = lookupsOf(message);
        return { id: lookups[0]?.id ?? invalid[0]?.head.id, isAsked: lookups.length === 1 };
      });

      expect([first?.isAsked, second?.isAsked]).toEqual([false, true]);
      expect(second?.id).not.toBe(first?.id);
    },
  );

  it('names the same event the same in another order of context keys, however alike they are', () => {
    const one = { ...incident, context: { ['a\u0000']: 1, a: 2 } };
    const other = { ...incident, context: { a: 2, ['a\u0000']: 1 } };

    expect(requestIdOf(one)).toBe(requestIdOf(other));
  });

  it('tells messages without an event id apart by their delivery', () => {
    const bare = { ip: '10.1.2.3' };

    expect(requestIdOf(bare)).toBe(requestIdOf(bare));
    expect(requestIdOf(bare)).not.toBe(requestIdOf(bare, { arrivalId: ['message', 'm2'] }));
  });

  it.each([
    { key: 'revision', written: '637472900382838876', other: '637472900382838875' },
    { key: 'revision', written: '1679770006.47946605', other: '1679770006.47946606' },
    {
      key: 'context',
      written: '{"offense":4603086877212508601}',
      other: '{"offense":4603086877212508602}',
    },
  ])('tells $written from $other in $key', ({ key, written, other }) => {
    const id = (value: string) =>
      requestInfoIn(`{"id":"incident-1","ip":"10.1.2.3","${key}":${value}}`).id;

    expect(id(written)).not.toBe(id(other));
  });

  it('hands back a number of the context digit for digit', () => {
    const text = '{"ip":"10.1.2.3","context":{"offense":4603086877212508601,"small":7}}';

    expect(requestInfoIn(text)).toMatchObject({
      context: { offense: '4603086877212508601', small: 7 },
      contextCut: false,
    });
  });

  it('makes one lookup of one IP in one five minutes, and numbers the distinct ones', () => {
    const { lookups, invalid } = lookupsOf({
      indicators: [
        { ip: '10.1.2.3', observedAt: '2026-11-20T08:01:00Z' },
        { ip: '10.1.2.3', observedAt: '2026-11-20T08:04:59Z' },
        { ip: '10.1.2.3', observedAt: '2026-11-20T08:05:00Z' },
        { ip: '127.0.0.1' },
        { host: 'Desktop-17' },
        { host: 'desktop-17' },
      ],
    });

    expect(lookups.map(({ position, of, subject }) => [position, of, subject.value])).toEqual([
      [1, 4, '10.1.2.3'],
      [2, 4, '10.1.2.3'],
      [4, 4, 'desktop-17'],
    ]);
    expect(
      invalid.map(({ head, reason }) => [head.position, head.subject.value, reason.code]),
    ).toEqual([[3, '127.0.0.1', 'ip.notRoutable']]);
  });

  it('gives ids with a letter in front, never a number', () => {
    const [id] = idsOf(incident);

    expect(id).toMatch(/^l_[0-9a-f]{40}$/);
    expect(requestIdOf(incident)).toMatch(/^r_[0-9a-f]{40}$/);
  });

  it.each([
    { title: 'its age', message: incident, expiresAt: NOW + DAY_MS },
    {
      title: 'its own limit',
      message: { ...incident, notAfter: '2026-11-20T09:00:00Z' },
      expiresAt: NOW + 45 * 60_000,
    },
  ])('expires by $title', ({ message, expiresAt }) => {
    expect(lookupsOf(message).lookups[0]?.expiresAt).toBe(expiresAt);
  });

  it.each([
    {
      title: 'an internal IP seen 31 days ago',
      ip: '10.1.2.3',
      days: 31,
      code: 'ip.olderThan30Days',
    },
    { title: 'an internal IP seen 29 days ago', ip: '10.1.2.3', days: 29, code: undefined },
    {
      title: 'an external IP, which is asked without a time',
      ip: '198.51.100.7',
      days: 31,
      code: undefined,
    },
  ])('refuses only what Defender has forgotten: $title', ({ ip, days, code }) => {
    const observedAt = new Date(NOW - days * DAY_MS).toISOString();

    expect(lookupsOf({ ip, observedAt }).invalid[0]?.reason.code).toBe(code);
  });

  it('takes the message’s time for an indicator that has none', () => {
    const [lookup] = lookupsOf(incident).lookups;

    expect(lookup?.subject).toMatchObject({
      observedAt: NOW,
      observedAtFrom: 'enqueued',
      scope: 'internal',
    });
  });

  it('refuses a digest that the message calls by another name', () => {
    const { invalid } = lookupsOf([{ type: 'sha256', value: 'a'.repeat(40) }]);

    expect(invalid[0]?.reason.code).toBe('hash.malformed');
  });

  it.each<{ title: string; message: object; answered: unknown[] }>([
    {
      title: 'another ref',
      message: {
        indicators: [
          { ip: '10.1.2.3', ref: 'row-1' },
          { ip: '10.1.2.3', ref: 'row-2' },
        ],
      },
      answered: [
        ['indicators[0].ip', 'row-1', []],
        ['indicators[1].ip', 'row-2', []],
      ],
    },
    {
      title: 'a ref beside none',
      message: { indicators: [{ host: 'a', ref: 'row-1' }, 'a', { host: 'A' }] },
      answered: [
        ['indicators[0].host', 'row-1', []],
        ['indicators[1]', null, ['indicators[2].host']],
      ],
    },
    {
      title: 'the same ref twice',
      message: {
        indicators: [
          { host: 'a', ref: 'r' },
          { hostname: 'A', ref: 'r' },
        ],
      },
      answered: [['indicators[0].host', 'r', ['indicators[1].hostname']]],
    },
  ])('gives every entry its answer: $title', ({ message, answered }) => {
    const subjects = lookupsOf(message).lookups.map(({ subject }) => subject);

    expect(
      subjects.map(({ path, ref, also }) => [path, ref, also.map((each) => each.path)]),
    ).toEqual(answered);
  });

  it('tells both times of one IP that was seen twice in five minutes', () => {
    const indicators = ['2026-11-20T08:01:00Z', '2026-11-20T08:04:59Z'].map((observedAt) => ({
      ip: '10.1.2.3',
      observedAt,
    }));

    const [lookup] = lookupsOf({ indicators }).lookups;

    expect(lookup?.subject).toMatchObject({
      observedAt: Date.parse('2026-11-20T08:01:00Z'),
      also: [
        {
          path: 'indicators[1].ip',
          original: '10.1.2.3',
          observedAt: Date.parse('2026-11-20T08:04:59Z'),
        },
      ],
    });
  });

  it('lists the first 20 of many equal entries', () => {
    const [lookup] = lookupsOf(Array.from({ length: 100 }, () => 'desktop-17')).lookups;

    expect(lookup?.subject.also.map(({ path }) => path)).toEqual(
      Array.from({ length: 20 }, (_, index) => `[${index + 1}]`),
    );
  });

  it('answers for a valid entry, whatever invalid ones have its id', () => {
    const sha1 = 'a'.repeat(40);
    const receivedAt = NOW + 60_000;
    const oldest = oldestSightingAt(receivedAt);
    const seenAt = (at: number) => ({ ip: '10.1.2.3', observedAt: new Date(at).toISOString() });

    const { lookups, invalid } = lookupsOf(
      [{ type: 'sha256', value: sha1 }, { hash: sha1 }, seenAt(oldest - 1), seenAt(oldest + 1)],
      { receivedAt },
    );

    expect(invalid).toEqual([]);
    expect(lookups.map(({ subject: { path, also } }) => [path, also[0]?.path])).toEqual([
      ['[1].hash', '[0].value'],
      ['[3].ip', '[2].ip'],
    ]);
  });

  it('ends an entry that is recognisably nothing as invalid', () => {
    const { invalid } = lookupsOf([`Hello,\u0000 Anna! ${'x'.repeat(300)}`]);

    expect(invalid).toMatchObject([
      {
        reason: { code: 'indicator.unrecognised' },
        head: { subject: { kind: 'unknown', scope: null, alternatives: [] } },
      },
    ]);
    expect(invalid[0]?.head.subject.value).toBe(`Hello, Anna! ${'x'.repeat(243)}`);
  });

  describe('takes a time', () => {
    const timesOf = (observedAt: unknown) => {
      const { subject, request } = lookupsOf({ ip: '10.1.2.3', observedAt }).lookups[0] ?? {};
      return [
        subject?.observedAt,
        subject?.observedAtFrom,
        subject?.observedAtGiven,
        subject?.zoneAssumed,
        request?.ignored.map(({ code }) => code),
      ];
    };

    it.each<[title: string, observedAt: unknown, expected: unknown[]]>([
      ['4 minutes ahead as given', NOW + 240_000, [NOW + 240_000, 'indicator', null, false, []]],
      [
        'further ahead for none',
        '2026-11-20T11:15:00Z',
        [NOW, 'enqueued', '2026-11-20T11:15:00Z', false, ['time.implausible']],
      ],
      [
        'before 2015 for none',
        '1970-01-01T00:00:00Z',
        [NOW, 'enqueued', '1970-01-01T00:00:00Z', false, ['time.implausible']],
      ],
      [
        'that cannot be read for none',
        'yesterday',
        [NOW, 'enqueued', 'yesterday', false, ['time.malformed']],
      ],
      [
        'without a zone as UTC, and says so',
        '2026-11-20T08:00:00',
        [NOW - 900_000, 'indicator', null, true, []],
      ],
    ])('%s', (_title, observedAt, expected) => {
      expect(timesOf(observedAt)).toEqual(expected);
    });

    it('of the entry before that of the event, even if it is of no use', () => {
      const { lookups } = lookupsOf({
        observedAt: '2026-11-20T08:00:00Z',
        indicators: [{ ip: '10.1.2.3', observedAt: 'yesterday' }],
      });

      expect(lookups[0]?.subject).toMatchObject({ observedAt: NOW, observedAtFrom: 'enqueued' });
    });

    it('of the event that cannot be read for none, and lists it once', () => {
      const message = { observedAt: 'yesterday', indicators: ['10.1.2.3', '10.1.2.4'] };

      expect(lookupsOf(message).lookups[1]?.request.ignored).toEqual([
        { path: 'observedAt', code: 'time.malformed' },
      ]);
    });

    it('ahead of the message for the same lookup, however late the message comes again', () => {
      const message = { id: 'i-1', ip: '10.1.2.3', observedAt: '2026-11-20T11:15:00Z' };
      const idAt = (receivedAt: number) => lookupsOf(message, { receivedAt }).lookups[0]?.id;

      expect(idAt(NOW + DAY_MS)).toBe(idAt(NOW));
    });
  });

  it('lists 20 fields that it could not use', () => {
    const indicators = Array.from({ length: 30 }, (_, index) => ({
      ip: `10.1.2.${index}`,
      observedAt: 'yesterday',
    }));

    const ignored = lookupsOf({ indicators }).lookups[0]?.request.ignored;

    expect(ignored).toHaveLength(20);
    expect(ignored?.[1]).toEqual({ path: 'indicators[1].observedAt', code: 'time.malformed' });
  });

  it('hands back no more of ids, where each character takes six bytes', () => {
    const long = '\u0001'.repeat(1_000);

    const { lookups } = lookupsOf({ id: long, indicators: [{ host: 'a' }] });

    expect(lookups[0]?.request.eventId).toBe('\u0001'.repeat(170));
  });

  it('hands back 1 KB of a text, and tells entries apart by all of it', () => {
    const long = 'ä'.repeat(2000);
    const refs = [`${long}1`, `${long}2`];

    const { lookups } = lookupsOf({
      source: long,
      indicators: refs.map((ref) => ({ host: 'a', ref })),
    });
    const { invalid } = lookupsOf([long]);

    expect(lookups.map(({ subject }) => subject.ref)).toEqual(refs.map(() => 'ä'.repeat(512)));
    expect(lookups[0]?.request.source).toBe('ä'.repeat(512));
    expect(invalid[0]?.head.subject.original).toBe('ä'.repeat(512));
  });
});
