import { readSiemMessage } from '../../../shared/siem/readSiemMessage';
import { OUTPUT_FORMATS } from '../../../shared/projections/OutputFormat';
import { PROJECTIONS } from '../../../shared/projections/projections';
import { ofMachine, wholeMachine } from '../projections/aRecord';
import { requestIn } from '../../support/requestIn';
import type { SiemRequest } from '../../../shared/siem/SiemRequest';

const TENANT = '11111111-2222-3333-4444-555555555555';
const SHA1 = '3395856ce81f2b7382dee72602f798b642f14140';
const SHA256 = '275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f';
const MD5 = '44d88612fea8a8f36de82e1278abb02f';

const record = ofMachine(wholeMachine());

const bytesOf = (body: unknown) =>
  Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
const requestOf = (body: unknown): SiemRequest => requestIn(bytesOf(body), TENANT);

/** Kind, text and path of what a message names. */
function named(body: unknown): [string, string, string][] {
  return requestOf(body).indicators.map(({ kind, text, path }) => [kind, text, path]);
}

function codeOf(body: unknown): string | null {
  const reading = readSiemMessage(bytesOf(body), TENANT);
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
      title: 'equal keys of one object',
      body: '{"id":"a","ip":"10.1.2.3","ip":"10.1.2.4","ip":["10.1.2.5"]}',
      indicators: [
        ['ip', '10.1.2.3', 'ip'],
        ['ip', '10.1.2.4', 'ip+'],
        ['ip', '10.1.2.5', 'ip++[0]'],
      ],
    },
    {
      title: 'equal keys of an entry',
      body: '{"indicators":[{"type":"ip","value":"10.1.2.3","value":"10.1.2.4"}]}',
      indicators: [
        ['ip', '10.1.2.3', 'indicators[0].value'],
        ['ip', '10.1.2.4', 'indicators[0].value+'],
      ],
    },
    {
      title: 'two lists, under equal keys or two spellings of one',
      body: '{"indicators":["10.1.2.3"],"indicators":["10.1.2.4"],"Indicators":["10.1.2.5"]}',
      indicators: [
        ['ip', '10.1.2.3', 'indicators[0]'],
        ['ip', '10.1.2.4', 'indicators+[0]'],
        ['ip', '10.1.2.5', 'Indicators[0]'],
      ],
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
      title: 'lines by their number in the text as it was sent',
      body: '\uFEFF\r\n\n \t\n10.1.2.3\n\n',
      indicators: [['ip', '10.1.2.3', 'line 4']],
    },
    {
      title: 'keys in the spellings of other products',
      body: {
        indicators: [
          { sha256: SHA256 },
          { sha1: SHA1 },
          { 'file.hash.md5': MD5 },
          { hostname: 'a' },
          { hostName: 'b' },
          { Host: 'c' },
          { device_name: 'd' },
          { deviceId: SHA1 },
          { MdatpDeviceId: SHA1 },
          { SourceIP: '10.1.2.3' },
          { providerAlertId: 'da637472900382838869_1364969609' },
        ],
      },
      indicators: [
        ['file', SHA256, 'indicators[0].sha256'],
        ['file', SHA1, 'indicators[1].sha1'],
        ['file', MD5, 'indicators[2].file.hash.md5'],
        ['host', 'a', 'indicators[3].hostname'],
        ['host', 'b', 'indicators[4].hostName'],
        ['host', 'c', 'indicators[5].Host'],
        ['host', 'd', 'indicators[6].device_name'],
        ['machine', SHA1, 'indicators[7].deviceId'],
        ['machine', SHA1, 'indicators[8].MdatpDeviceId'],
        ['ip', '10.1.2.3', 'indicators[9].SourceIP'],
        ['alert', 'da637472900382838869_1364969609', 'indicators[10].providerAlertId'],
      ],
    },
    {
      title: 'types in the spellings of STIX, MISP and OTX',
      body: [
        { type: 'ipv4-addr', value: '10.1.2.3' },
        { type: 'ip-src', value: '10.1.2.3' },
        { type: 'fqdn', value: 'desktop-17.contoso.com' },
        { Type: 'FileHash-SHA256', Value: SHA256 },
      ],
      indicators: [
        ['ip', '10.1.2.3', '[0].value'],
        ['ip', '10.1.2.3', '[1].value'],
        ['host', 'desktop-17.contoso.com', '[2].value'],
        ['file', SHA256, '[3].Value'],
      ],
    },
    {
      title: 'a value without a type as a bare one',
      body: [{ value: '10.1.2.3' }, { type: null, value: SHA1 }],
      indicators: [
        ['ip', '10.1.2.3', '[0].value'],
        ['file', SHA1, '[1].value'],
      ],
    },
    ...[[], [null], [''], [[], [null]], null, ''].map((indicators) => ({
      title: `an indicator beside a list that is not given: ${JSON.stringify(indicators)}`,
      body: { indicators, ip: '10.1.2.3' },
      indicators: [['ip', '10.1.2.3', 'ip']] as [string, string, string][],
    })),
    {
      title: 'numbers as if in quotes: digits of an alert id that was cut off',
      body: [
        { alertId: 637472900382838900 },
        { type: 'alert', value: 4711 },
        { alert: [17] },
        { alertId: '637472900382838869' },
      ],
      indicators: [
        ['alert', '637472900382838900', '[0].alertId'],
        ['alert', '4711', '[1].value'],
        ['alert', '17', '[2].alert[0]'],
        ['alert', '637472900382838869', '[3].alertId'],
      ],
    },
    {
      title: 'a list of values under one key',
      body: { ip: ['10.1.2.3', null, '10.1.2.4'] },
      indicators: [
        ['ip', '10.1.2.3', 'ip[0]'],
        ['ip', '10.1.2.4', 'ip[2]'],
      ],
    },
    {
      title: 'digits without quotes, one by one',
      body: `{"hash":${'3395856818'.repeat(4)},"id":1}`,
      indicators: [['file', '3395856818'.repeat(4), 'hash']],
    },
    {
      title: 'decorated values',
      body: `10.1.2.3\n10.1.0.10:443\n[fd12:3456:789a::17]\n10[.]1[.]2[.]40\nCONTOSO\\DESKTOP-17\nSHA1=${SHA1}\n`,
      indicators: [
        ['ip', '10.1.2.3', 'line 1'],
        ['ip', '10.1.0.10:443', 'line 2'],
        ['ip', '[fd12:3456:789a::17]', 'line 3'],
        ['ip', '10[.]1[.]2[.]40', 'line 4'],
        ['host', 'CONTOSO\\DESKTOP-17', 'line 5'],
        ['file', `SHA1=${SHA1}`, 'line 6'],
      ],
    },
    {
      title: 'what is recognisably nothing as an entry too',
      body: {
        indicators: [
          'Hello, Anna!',
          { type: 'domain', value: 'evil.example' },
          { mac: '00-15-5D-D0-CC-07' },
          { ip: { address: '10.1.2.3' } },
          [{ ip: '10.1.2.3' }],
        ],
      },
      indicators: [
        ['unknown', 'Hello, Anna!', 'indicators[0]'],
        ['unknown', 'evil.example', 'indicators[1].value'],
        ['unknown', '{"mac":"00-15-5D-D0-CC-07"}', 'indicators[2]'],
        ['unknown', '{"address":"10.1.2.3"}', 'indicators[3].ip'],
        ['ip', '10.1.2.3', 'indicators[4][0].ip'],
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
    const { indicators } = requestOf({
      observedAt: '2026-11-20T08:00:00Z',
      indicators: [
        { ip: '10.1.2.3', observedAt: '2026-11-20T09:15:00.1234567+01:00' },
        { ip: '10.1.2.4', observed_at: 'today' },
        { ip: '10.1.2.5', observedAt: null },
        '10.1.2.6',
      ],
    });

    expect(indicators.map(({ time }) => time && [time.at, time.from, time.path])).toEqual([
      [Date.parse('2026-11-20T08:15:00.123Z'), 'indicator', 'indicators[0].observedAt'],
      [null, 'indicator', 'indicators[1].observed_at'],
      [Date.parse('2026-11-20T08:00:00Z'), 'event', 'observedAt'],
      [Date.parse('2026-11-20T08:00:00Z'), 'event', 'observedAt'],
    ]);
  });

  it('takes the time of the message under any spelling of its key', () => {
    const { indicators } = requestOf({ ObservedAt: 1_795_000_000, Indicators: ['10.1.2.3'] });

    expect(indicators[0]?.time).toMatchObject({ at: 1_795_000_000_000, path: 'ObservedAt' });
  });

  it.each<{ title: string; body: unknown; expected: Partial<SiemRequest> }>([
    {
      title: 'null and empty text as not given',
      body: {
        id: null,
        source: '',
        revision: null,
        priority: null,
        notAfter: '',
        maxAgeMs: null,
        tenantId: '',
        context: '',
        observedAt: null,
        indicators: [{ ip: '10.1.2.3', ref: null, observedAt: '', host: null, hash: '' }],
      },
      expected: {
        eventId: null,
        source: null,
        revision: null,
        priority: 'normal',
        notAfter: null,
        maxAgeMs: null,
        tenantIds: [],
        contextCut: false,
        ignored: [],
        leftOutCount: 0,
      },
    },
    {
      title: 'numbers as ids, digit for digit',
      body: '{"id":4711,"source":7,"revision":637472900382838875,"ip":"10.1.2.3","ref":17}',
      expected: { eventId: '4711', source: '7', revision: '637472900382838875', ignored: [] },
    },
    {
      title: 'fields in any case, with or without what parts their words',
      body: {
        ID: 'i-1',
        Source: 'siem',
        REVISION: '2',
        Priority: 'low',
        max_age_ms: 60_000,
        'not-after': '2026-11-21T00:00:00Z',
        TenantID: TENANT.toUpperCase(),
        Context: { ticket: 1 },
        Indicators: [{ IP: '10.1.2.3', REF: 'r' }],
      },
      expected: {
        eventId: 'i-1',
        source: 'siem',
        revision: '2',
        priority: 'low',
        maxAgeMs: 60_000,
        notAfter: Date.parse('2026-11-21T00:00:00Z'),
        context: { ticket: 1 },
        ignored: [],
      },
    },
    {
      title: 'the spelling of a field that has a value, beside one that has none',
      body: { id: '', Id: 'i-1', indicators: [], Indicators: ['10.1.2.3'] },
      expected: { eventId: 'i-1', leftOutCount: 0 },
    },
    {
      title: 'a field that cannot be used under the key that it has',
      body: { Priority: 'Informational', ip: '10.1.2.3' },
      expected: { ignored: [{ path: 'Priority', code: 'field.malformed' }] },
    },
    {
      title: 'a priority in capitals, a duration as text, a time in seconds',
      body: { priority: 'High', maxAgeMs: '60000', notAfter: 1_795_000_000, ip: '10.1.2.3' },
      expected: { priority: 'high', maxAgeMs: 60_000, notAfter: 1_795_000_000_000, ignored: [] },
    },
    {
      title: 'nothing that could mean several things: it is ignored and listed',
      body: {
        id: 'x'.repeat(1025),
        source: {},
        priority: 'Informational',
        maxAgeMs: -1,
        notAfter: 'tomorrow',
        revision: true,
        indicators: ['10.1.2.3', { ip: '10.1.2.4', ref: ['a'] }],
      },
      expected: {
        eventId: null,
        source: null,
        revision: null,
        priority: 'normal',
        notAfter: null,
        ignored: [
          { path: 'id', code: 'field.malformed' },
          { path: 'source', code: 'field.malformed' },
          { path: 'revision', code: 'field.malformed' },
          { path: 'priority', code: 'field.malformed' },
          { path: 'notAfter', code: 'time.malformed' },
          { path: 'maxAgeMs', code: 'field.malformed' },
          { path: 'indicators[1].ref', code: 'field.malformed' },
        ],
      },
    },
  ])('reads $title', ({ body, expected }) => {
    expect(requestOf(body)).toMatchObject(expected);
  });

  it('leaves out what says nothing, and says where it stood', () => {
    const body = [
      'null',
      '-',
      'N/A',
      'unknown',
      'undefined',
      '(none)',
      'TRUE',
      '42',
      '1e999',
      '',
      null,
      true,
      42,
      [],
      {},
      { ref: 'row-1' },
      { ip: null },
      { host: 'unknown' },
      { ip: '42' },
      '10.1.2.3',
    ];

    const { indicators, leftOut, leftOutCount } = requestOf(body);

    expect(indicators.map(({ text }) => text)).toEqual(['10.1.2.3']);
    expect(leftOut.map(({ path }) => path)).toEqual([
      ...Array.from({ length: 16 }, (_, index) => `[${index}]`),
      '[16].ip',
      '[17].host',
      '[18].ip',
    ]);
    expect(leftOut[2]).toMatchObject({ value: 'N/A', reason: { code: 'entry.empty' } });
    expect(leftOutCount).toBe(19);
  });

  it('lists the first 50 and counts all', () => {
    const { leftOut, leftOutCount } = requestOf([...Array.from({ length: 400 }, () => null), 'a']);

    expect([leftOut.length, leftOutCount]).toEqual([50, 400]);
  });

  it('says so when an indicator stands beside a list, which alone is read', () => {
    const { indicators, leftOut } = requestOf({ host: 'siem-1', indicators: ['10.1.2.3'] });

    expect(indicators).toHaveLength(1);
    expect(leftOut).toMatchObject([
      { value: 'siem-1', path: 'host', reason: { code: 'entry.notAsked' } },
    ]);
  });

  it('cuts a context that would take more than 24 KB in every record', () => {
    const long = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`k${index}`, '\u0001'.repeat(1024)]),
    );

    const { context, contextCut } = requestOf({ ip: '10.1.2.3', context: long });

    expect(Object.keys(context)).toEqual(['k0', 'k1', 'k2']);
    expect(contextCut).toBe(true);
  });

  it('hands back the context, cut to 20 flat values of 1,024 characters', () => {
    const many = Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`k${String(i)}`, i]));

    const contexts = [
      { a: 1, b: true, c: 'x' },
      { a: { deep: 1 } },
      { a: 'x'.repeat(2000) },
      many,
    ].map((context) => {
      const request = requestOf({ ip: '10.1.2.3', context });
      return [Object.keys(request.context).length, request.contextCut];
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
    { title: 'a number for an address', body: '{"ip":10123}', code: 'message.noIndicator' },
    { title: 'null', body: 'null', code: 'message.noIndicator' },
    {
      title: 'a hash that became a number',
      body: '3.395856818392094e+39',
      code: 'body.ambiguousScalar',
    },
    { title: 'one of digits and an e', body: 'Infinity', code: 'body.ambiguousScalar' },
    { title: 'a word for nothing', body: 'undefined', code: 'message.noIndicator' },
    { title: 'a list of nothing', body: '[null,"unknown"]', code: 'message.noIndicator' },
    {
      title: 'another tenant',
      body: `{"ip":"10.1.2.3","tenantId":"${SHA1}"}`,
      code: 'message.otherTenant',
    },
    {
      title: 'another tenant under another spelling',
      body: `{"ip":"10.1.2.3","tenant_id":"${TENANT}","TenantID":"${SHA1}"}`,
      code: 'message.otherTenant',
    },
    {
      title: 'a tenant that is no text',
      body: '{"ip":"10.1.2.3","tenantId":4711}',
      code: 'message.otherTenant',
    },
    ...OUTPUT_FORMATS.map((format) => ({
      title: `a record of this app, written as ${format}`,
      body: PROJECTIONS[format](record),
      code: 'message.ownRecord',
    })),
    {
      title: 'an answer with records of this app',
      body: { requestId: 'r', status: 'completed', results: [record], pending: [] },
      code: 'message.ownRecord',
    },
    {
      title: 'a record of this app in an envelope',
      body: { specversion: '1.0', id: '1', source: '/', type: 't', data: record },
      code: 'message.ownRecord',
    },
    {
      title: 'a record of this app in what an action of a Logic App returned',
      body: { body: { value: [record] } },
      code: 'message.ownRecord',
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

  it('reads an alert of Elastic about a document that was enriched', () => {
    const alert = {
      ...PROJECTIONS.ecs(record),
      'kibana.alert.uuid': 'a1',
      '@timestamp': '2026-11-20T08:15:00Z',
    };

    expect(requestOf(alert).format).toBe('elastic');
  });

  it('refuses bytes that are no text', () => {
    const reading = readSiemMessage(Buffer.from([0xff, 0xff, 0x00]), TENANT);

    expect(reading).toMatchObject({ ok: false, unreadable: { code: 'message.notText' } });
  });

  it('takes the first of two ids, priorities or contexts, and says so', () => {
    const { eventId, priority, context, ignored } = requestOf(
      '{"ip":"10.1.2.3","id":"a","id":"b","priority":"high","Priority":"low","context":{"a":1,"a":2},"context":{}}',
    );

    expect({ eventId, priority, context }).toEqual({
      eventId: 'a',
      priority: 'high',
      context: { a: 1, 'a+': 2 },
    });
    expect(ignored.map(({ path, code }) => [path, code])).toEqual([
      ['id+', 'field.malformed'],
      ['Priority', 'field.malformed'],
      ['context+', 'field.malformed'],
    ]);
  });

  it('is about another tenant if one of two fields says so', () => {
    expect(codeOf(`{"ip":"10.1.2.3","tenantId":"${TENANT}","tenantId":"other"}`)).toBe(
      'message.otherTenant',
    );
  });

  it('leaves every prototype as it was', () => {
    requestOf(
      '{"ip":"10.1.2.3","__proto__":{"x":1},"context":{"__proto__":"y","constructor":"z"}}',
    );

    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});
