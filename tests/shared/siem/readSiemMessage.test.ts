import { readSiemMessage } from '../../../shared/siem/readSiemMessage';
import type { SiemIndicator } from '../../../shared/siem/SiemRequest';

const TENANT = '11111111-2222-3333-4444-555555555555';
const SHA1 = '3395856ce81f2b7382dee72602f798b642f14140';

const read = (body: unknown) =>
  readSiemMessage(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), TENANT);

/** Kind, text and path of what a message names. */
function named(body: unknown): [string, string, string][] {
  const reading = read(body);
  if (!reading.ok) throw new Error(reading.unreadable.code);
  return reading.value.indicators.map(({ kind, text, path }) => [kind, text, path]);
}

function codeOf(body: unknown): string | null {
  const reading = read(body);
  return reading.ok ? null : reading.unreadable.code;
}

describe('readSiemMessage()', () => {
  it.each<{ title: string; body: unknown; indicators: [string, string, string][] }>([
    {
      title: 'a list of all kinds',
      body: {
        indicators: [
          { ip: '10.1.2.3' },
          { hash: SHA1 },
          { alertId: 'da637472900382838869_1364969609' },
          { machineId: SHA1 },
          { host: 'desktop-17.contoso.com' },
        ],
      },
      indicators: [
        ['ip', '10.1.2.3', 'indicators[0].ip'],
        ['file', SHA1, 'indicators[1].hash'],
        ['alert', 'da637472900382838869_1364969609', 'indicators[2].alertId'],
        ['machine', SHA1, 'indicators[3].machineId'],
        ['host', 'desktop-17.contoso.com', 'indicators[4].host'],
      ],
    },
    {
      title: 'one indicator at top level',
      body: { ip: '10.1.2.3', id: 'incident-1' },
      indicators: [['ip', '10.1.2.3', 'ip']],
    },
    {
      title: 'type and value, in any spelling of the type',
      body: [
        { type: 'IP Address', value: '10.1.2.3' },
        { type: 'SHA-1', value: SHA1 },
        { type: 'DeviceId', value: SHA1 },
      ],
      indicators: [
        ['ip', '10.1.2.3', '[0].value'],
        ['file', SHA1, '[1].value'],
        ['machine', SHA1, '[2].value'],
      ],
    },
    {
      title: 'several keys in one entry, each for itself',
      body: { indicators: [{ ip: '10.1.2.3', host: 'desktop-17' }] },
      indicators: [
        ['ip', '10.1.2.3', 'indicators[0].ip'],
        ['host', 'desktop-17', 'indicators[0].host'],
      ],
    },
    {
      title: 'an array of bare values',
      body: ['10.1.2.3', SHA1],
      indicators: [
        ['ip', '10.1.2.3', '[0]'],
        ['file', SHA1, '[1]'],
      ],
    },
    {
      title: 'a bare JSON string',
      body: '"10.1.2.3"',
      indicators: [['ip', '10.1.2.3', 'line 1']],
    },
    {
      title: 'lines of text, empty ones passed over',
      body: '10.1.2.3\r\n\n desktop-17 \n',
      indicators: [
        ['ip', '10.1.2.3', 'line 1'],
        ['host', 'desktop-17', 'line 3'],
      ],
    },
    {
      title: 'a byte order mark before JSON',
      body: '\uFEFF{"ip":"10.1.2.3"}',
      indicators: [['ip', '10.1.2.3', 'ip']],
    },
  ])('reads $title', ({ body, indicators }) => {
    expect(named(body)).toEqual(indicators);
  });

  it('takes the time from the entry, else from the message', () => {
    const reading = read({
      observedAt: '2026-11-20T08:00:00Z',
      indicators: [
        { ip: '10.1.2.3', observedAt: '2026-11-20T09:15:00.1234567+01:00' },
        { ip: '10.1.2.4' },
      ],
    });

    const times = (reading.ok ? reading.value.indicators : []).map(
      ({ observedAt, observedAtFrom }: SiemIndicator) => [observedAt, observedAtFrom],
    );
    expect(times).toEqual([
      [Date.parse('2026-11-20T08:15:00.123Z'), 'indicator'],
      [Date.parse('2026-11-20T08:00:00Z'), 'event'],
    ]);
  });

  it('hands back the context, cut to 20 flat values of 1,024 characters', () => {
    const many = Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`k${String(i)}`, i]));

    const contexts = [
      { a: 1, b: true, c: 'x' },
      { a: { deep: 1 } },
      { a: 'x'.repeat(2000) },
      many,
    ].map((context) => {
      const reading = read({ ip: '10.1.2.3', context });
      return reading.ok && [Object.keys(reading.value.context).length, reading.value.contextCut];
    });

    expect(contexts).toEqual([
      [3, false],
      [0, true],
      [1, true],
      [20, true],
    ]);
  });

  it.each([
    { title: 'nothing recognisable', body: '{"message":"hello"}', code: 'message.noIndicator' },
    { title: 'an empty body', body: '', code: 'message.noIndicator' },
    { title: 'a long number', body: '12345678901234567890', code: 'message.noIndicator' },
    { title: 'broken JSON', body: '{"ip":', code: 'message.notJson' },
    { title: 'deep JSON', body: '['.repeat(125_000), code: 'message.tooDeep' },
    { title: 'a number for an address', body: '{"ip":10123}', code: 'message.malformed' },
    {
      title: 'a time in words',
      body: '{"ip":"10.1.2.3","observedAt":"today"}',
      code: 'message.malformed',
    },
    {
      title: 'another tenant',
      body: `{"ip":"10.1.2.3","tenantId":"${SHA1}"}`,
      code: 'message.otherTenant',
    },
    { title: 'more than 256 KB', body: 'x'.repeat(257 * 1024), code: 'message.tooLarge' },
    {
      title: 'more than 500 indicators',
      body: JSON.stringify(Array.from({ length: 501 }, () => '10.1.2.3')),
      code: 'message.tooManyIndicators',
    },
  ])('refuses $title', ({ body, code }) => {
    expect(codeOf(body)).toBe(code);
  });

  it.each([
    { bytes: Buffer.from([0xff, 0xff, 0x00]), says: /not UTF-8/ },
    { bytes: Buffer.from('{"ip":"10.1.2.3"}', 'utf16le'), says: /UTF-16/ },
  ])('refuses bytes that are no UTF-8, and says what they are: $says', ({ bytes, says }) => {
    const message = expect.stringMatching(says) as string;

    expect(readSiemMessage(bytes, TENANT)).toMatchObject({
      ok: false,
      unreadable: { code: 'message.notText', message },
    });
  });

  it('names the field that is wrong, never its value', () => {
    const reading = read({ indicators: [{ ip: '10.1.2.3' }, { ip: '10.1.2.4', ref: 4711 }] });

    const message = reading.ok ? '' : reading.unreadable.message;
    expect(message).toContain('indicators[1]');
    expect(message).not.toContain('4711');
  });

  it('leaves every prototype as it was', () => {
    const reading = read(
      '{"ip":"10.1.2.3","__proto__":{"x":1},"context":{"__proto__":"y","constructor":"z"}}',
    );

    expect(reading.ok).toBe(true);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});
