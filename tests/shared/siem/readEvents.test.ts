import { readSiemMessage } from '../../../shared/siem/readSiemMessage';
import type { SiemMessage } from '../../../shared/siem/SiemMessage';

const TENANT = '11111111-2222-3333-4444-555555555555';
const OTHER_TENANT = '99999999-2222-3333-4444-555555555555';

function messageOf(body: unknown, properties = {}): SiemMessage {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const reading = readSiemMessage(bytes, TENANT, properties);
  if (!reading.ok) throw new Error(reading.unreadable.code);
  return reading.value;
}

/** Each request: event id, place among several, and the paths of its indicators. */
function requestsOf(body: unknown, properties = {}) {
  return messageOf(body, properties).requests.map(({ eventId, entryPath, indicators }) => ({
    eventId,
    entryPath,
    paths: indicators.map(({ path }) => path),
  }));
}

const alert = (id: string | undefined, srcip: string) => ({
  id,
  rule: { level: 3 },
  manager: { name: 'siem-01' },
  data: { srcip },
});

describe('readSiemMessage() of several events', () => {
  it.each<{ title: string; body: unknown; paths: string[] }>([
    {
      title: 'an array',
      body: [alert('a', '10.1.2.3'), alert('b', '10.1.2.4')],
      paths: ['[0].data.srcip', '[1].data.srcip'],
    },
    {
      title: 'records of an Event Hub',
      body: { records: [alert('a', '10.1.2.3'), alert('b', '10.1.2.4')] },
      paths: ['records[0].data.srcip', 'records[1].data.srcip'],
    },
    {
      title: 'value of an OData list',
      body: { '@odata.context': 'x', value: [alert('a', '10.1.2.3'), alert('b', '10.1.2.4')] },
      paths: ['value[0].data.srcip', 'value[1].data.srcip'],
    },
    {
      title: 'an array of arrays',
      body: [[alert('a', '10.1.2.3')], [alert('b', '10.1.2.4')]],
      paths: ['[0][0].data.srcip', '[1][0].data.srcip'],
    },
    {
      title: 'JSON a line',
      body: `${JSON.stringify(alert('a', '10.1.2.3'))}\n\n${JSON.stringify(alert('b', '10.1.2.4'))}\n`,
      paths: ['line 1.data.srcip', 'line 3.data.srcip'],
    },
  ])('makes a request of each event of $title, under its own id', ({ body, paths }) => {
    expect(requestsOf(body)).toEqual([
      { eventId: 'a', entryPath: '', paths: [paths[0]] },
      { eventId: 'b', entryPath: '', paths: [paths[1]] },
    ]);
  });

  it('knows an event without an id by where it stands', () => {
    const body = { records: [alert(undefined, '10.1.2.3'), alert('b', '10.1.2.4')] };

    expect(requestsOf(body)).toMatchObject([
      { eventId: null, entryPath: 'records[0]' },
      { eventId: 'b', entryPath: '' },
    ]);
  });

  it('takes bare values between lines of JSON for requests of their own', () => {
    const body = `${JSON.stringify(alert('a', '10.1.2.3'))}\n10.1.2.4`;

    expect(requestsOf(body)).toEqual([
      { eventId: 'a', entryPath: '', paths: ['line 1.data.srcip'] },
      { eventId: null, entryPath: 'line 2', paths: ['line 2'] },
    ]);
  });

  it('keeps a list of indicators one request', () => {
    expect(requestsOf([{ ip: '10.1.2.3', ref: 'a' }, '10.1.2.4'])).toEqual([
      { eventId: null, entryPath: '', paths: ['[0].ip', '[1]'] },
    ]);
  });

  it('puts an event aside alone that cannot be read', () => {
    const text = `${JSON.stringify(alert('a', '10.1.2.3'))}\n{"broken":`;
    const { requests, unreadable } = messageOf(text);

    expect(requests).toHaveLength(1);
    expect(unreadable).toMatchObject([
      { path: 'line 2', body: '{"broken":', unreadable: { code: 'message.notJson' } },
    ]);
  });

  it('leaves the events of another tenant out', () => {
    const { requests, leftOut } = messageOf([
      { ip: '10.1.2.3', tenantId: OTHER_TENANT, title: 'one' },
      { ip: '10.1.2.4', tenantId: TENANT, title: 'two' },
    ]);

    expect(requests.map(({ indicators }) => indicators[0]?.path)).toEqual(['[1].ip']);
    expect(leftOut).toMatchObject([
      { value: OTHER_TENANT, path: '[0]', reason: { code: 'tenant.other' } },
    ]);
  });

  it('is refused if none of its events can be read', () => {
    expect(() => messageOf([{ title: 'x' }, { title: 'y' }])).toThrow('message.noIndicator');
  });

  it('keeps the first 500 indicators by precision and lists the rest', () => {
    const addresses = Array.from({ length: 600 }, (_, i) => `10.9.${i >> 8}.${i & 255}`);
    const events = addresses.map((ip, index) => ({ ip, n: index }));
    const { requests } = messageOf([...events, { hostname: 'desktop-17', n: 600 }]);
    const kept = requests.filter(({ indicators }) => indicators.length > 0);
    const { leftOut: [over] = [], leftOutCount } = requests[599] ?? {};

    expect(requests).toHaveLength(601);
    expect(kept).toHaveLength(500);
    expect(requests[600]?.indicators).toMatchObject([{ kind: 'host', text: 'desktop-17' }]);
    expect(leftOutCount).toBe(1);
    expect(over).toMatchObject({ value: '10.9.2.87', reason: { code: 'entry.overLimit' } });
  });
});

describe('readSiemMessage() of envelopes', () => {
  const cloudEvent = {
    specversion: '1.0',
    type: 'alert',
    source: '/wazuh',
    id: 'ce-1',
    time: '2026-11-20T08:12:30Z',
    traceparent: '00-4bf9-00f0-01',
    datacontenttype: 'application/json',
  };

  it('opens a CloudEvent: its source and id are the sender’s, its time counts where the event has none', () => {
    const { requests, unwrapped } = messageOf({ ...cloudEvent, data: alert('a', '10.1.2.3') });

    expect(unwrapped).toEqual(['cloudEvents']);
    expect(requests).toMatchObject([
      {
        format: 'wazuh',
        source: '/wazuh',
        eventId: 'ce-1',
        entryPath: '',
        context: { traceparent: '00-4bf9-00f0-01' },
        indicators: [
          {
            path: 'data.data.srcip',
            time: { at: Date.parse('2026-11-20T08:12:30Z'), path: 'time' },
          },
        ],
      },
    ]);
  });

  it('opens the base64 of a CloudEvent, and leaves a text under data as it is', () => {
    const bytes = Buffer.from(JSON.stringify(alert('a', '10.1.2.3'))).toString('base64');

    expect(requestsOf({ ...cloudEvent, data_base64: bytes })[0]?.paths).toEqual([
      'data_base64.data.srcip',
    ]);
    expect(messageOf({ ...cloudEvent, data: '{"ip":"10.1.2.3"}' }).requests).toMatchObject([
      { indicators: [{ kind: 'unknown' }] },
    ]);
  });

  it.each(['cloudEvents_', 'cloudEvents:', 'CloudEvents_'])(
    'reads a CloudEvent in binary mode from properties with the prefix %s',
    (prefix) => {
      const properties = { [`${prefix}specversion`]: '1.0', [`${prefix}id`]: 'ce-1' };
      const more = { [`${prefix}source`]: '/wazuh', [`${prefix}time`]: '2026-11-20T08:12:30Z' };
      const { requests, unwrapped } = messageOf(alert('a', '10.1.2.3'), { ...properties, ...more });

      expect(unwrapped).toEqual(['cloudEvents']);
      expect(requests).toMatchObject([{ source: '/wazuh', eventId: 'ce-1' }]);
    },
  );

  it('opens events of Event Grid’s own schema, one or more in a list', () => {
    const event = {
      topic: '/t',
      eventType: 'x',
      dataVersion: '1',
      eventTime: '2026-11-20T08:12:30Z',
    };
    const events = ['1', '2'].map((id) => ({ ...event, id, data: alert('a', '10.1.2.3') }));

    expect(requestsOf(events)).toEqual([
      { eventId: '1', entryPath: '', paths: ['[0].data.data.srcip'] },
      { eventId: '2', entryPath: '', paths: ['[1].data.data.srcip'] },
    ]);
  });

  it('opens what a Logic App hands on', () => {
    const body = { headers: { Host: 'x' }, body: alert('a', '10.1.2.3') };

    expect(requestsOf(body)[0]?.paths).toEqual(['body.data.srcip']);
  });

  it('reads JSON after a syslog header', () => {
    const body = `<134>Nov 20 08:12:30 siem-01 wazuh: ${JSON.stringify(alert('a', '10.1.2.3'))}`;

    expect(requestsOf(body)[0]?.paths).toEqual(['data.srcip']);
  });

  it('knows several events in one envelope by its id and where they stand', () => {
    const data = { records: [alert(undefined, '10.1.2.3'), alert('b', '10.1.2.4')] };

    expect(requestsOf({ ...cloudEvent, data })).toMatchObject([
      { eventId: 'ce-1', entryPath: 'data.records[0]' },
      { eventId: 'b', entryPath: '' },
    ]);
  });
});

describe('readSiemMessage() of a known event in another object', () => {
  const inside = alert('a', '10.1.2.3');

  it.each<{ title: string; body: unknown; path: string }>([
    { title: 'what an action of a Logic App returned', body: { body: inside }, path: 'body' },
    { title: 'a key that is an indicator’s too', body: { alert: inside }, path: 'alert' },
    { title: 'a list', body: { alerts: [inside] }, path: 'alerts[0]' },
    {
      title: 'a list in what an action returned',
      body: { body: { value: [inside] } },
      path: 'body.value[0]',
    },
    {
      title: 'JSON in a text',
      body: { Type: 'Notification', Message: JSON.stringify(inside) },
      path: 'Message',
    },
  ])('reads it as if it came alone: $title', ({ body, path }) => {
    expect(requestsOf(body)).toEqual([
      { eventId: 'a', entryPath: '', paths: [`${path}.data.srcip`] },
    ]);
    expect(messageOf(body).unwrapped).toEqual(['wrapper']);
  });

  it('takes what stands beside it for what the plain form would mean', () => {
    const beside = { id: 'INC-9', priority: 'high', context: { ticket: 7 }, owner: 'soc' };
    const [request] = messageOf({ ...beside, alert: inside }).requests;

    expect(request).toMatchObject({
      format: 'wazuh',
      eventId: 'INC-9',
      priority: 'high',
      context: { ticket: 7 },
      ignored: [{ path: 'owner', code: 'field.unknown' }],
    });
  });

  it('leaves out an event of another tenant, whichever of both says so', () => {
    const body = { tenantId: OTHER_TENANT, alert: inside };

    expect(() => messageOf(body)).toThrow('message.otherTenant');
  });

  it.each<{ title: string; body: unknown; paths: string[] }>([
    {
      title: 'a list',
      body: { indicators: ['10.1.2.4'], alert: inside },
      paths: ['indicators[0]'],
    },
    {
      title: 'an address',
      body: { ip: '10.1.2.4', event: inside },
      paths: ['ip', 'event.data.srcip'],
    },
  ])('looks up what such an object names itself: $title', ({ body, paths }) => {
    expect(requestsOf(body)).toEqual([{ eventId: null, entryPath: '', paths }]);
  });
});
