import { requestIn } from '../../support/requestIn';

const TENANT = '11111111-2222-3333-4444-555555555555';
const ID = '1e5bc9d7e413ddd7902c2932e418702b84d0cc07';
const SHA1 = '3395856ce81f2b7382dee72602f798b642f14140';
const SHA256 = '275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f';

const read = (body: object) => requestIn(Buffer.from(JSON.stringify(body)), TENANT);
/** Kind, text and path of what is looked up. */
const named = (body: object) =>
  read(body).indicators.map(({ kind, text, path }) => [kind, text, path]);

describe('readGenericForm()', () => {
  it.each<{ title: string; body: object; indicators: string[][] }>([
    {
      title: 'names of any spelling, wherever they stand',
      body: { title: 'x', net: { src_ip: '10.1.2.3' }, list: [{ DestinationIP: '10.1.2.4' }] },
      indicators: [
        ['ip', '10.1.2.3', 'net.src_ip'],
        ['ip', '10.1.2.4', 'list[0].DestinationIP'],
      ],
    },
    {
      title: 'one machine and one file of each object',
      body: {
        asset: { hostname: 'desktop-17', mdatpDeviceId: ID },
        file: { sha256: SHA256, sha1: SHA1 },
      },
      indicators: [
        ['machine', ID, 'asset.mdatpDeviceId'],
        ['file', SHA1, 'file.sha1'],
      ],
    },
    {
      title: 'the plain form’s own keys at top level',
      body: { title: 'x', ip: '10.1.2.3', hash: SHA1, machineId: ID },
      indicators: [
        ['machine', ID, 'machineId'],
        ['ip', '10.1.2.3', 'ip'],
        ['file', SHA1, 'hash'],
      ],
    },
    {
      title: 'type and value at top level',
      body: { title: 'x', type: 'ip', value: '10.1.2.3' },
      indicators: [['ip', '10.1.2.3', 'value']],
    },
  ])('reads $title', ({ body, indicators }) => {
    expect(read(body).format).toBe('generic');
    expect(named(body)).toEqual(indicators);
  });

  it.each<{ title: string; body: object }>([
    { title: 'host, which may be the SIEM’s own', body: { host: 'siem-01' } },
    { title: 'deviceId, which any product has', body: { deviceId: ID } },
    { title: 'plain keys below the top', body: { alert: { hash: SHA1, machineId: ID } } },
    { title: 'values that only look like something', body: { note: '10.1.2.3', data: [SHA1] } },
    { title: 'what has seen the event', body: { observer: { ip: '10.1.2.3', hostname: 'fw' } } },
    { title: 'digests of a policy', body: { policy: { applied: { sha256: SHA256 } } } },
  ])('does not read $title', ({ body }) => {
    expect(() => read({ title: 'x', ...body })).toThrow('message.noIndicator');
  });

  it('reads what the plain form says about a message, and lists the rest', () => {
    const request = read({
      id: 'incident-4711',
      source: 'my-siem',
      observedAt: '2026-11-20T08:15:00Z',
      ref: 'row-17',
      notAfter: '2026-11-21T00:00:00Z',
      context: { ticket: 'INC-9' },
      priority: 'unknown',
      severity: 3,
      details: { note: 'x' },
      asset: { hostname: 'desktop-17' },
    });

    expect(request).toMatchObject({
      eventId: 'incident-4711',
      source: 'my-siem',
      priority: 'normal',
      notAfter: Date.parse('2026-11-21T00:00:00Z'),
      context: { ticket: 'INC-9' },
      indicators: [
        { text: 'desktop-17', ref: 'row-17', time: { at: Date.parse('2026-11-20T08:15:00Z') } },
      ],
      ignored: [
        { path: 'priority', code: 'field.unknown' },
        { path: 'severity', code: 'field.unknown' },
        { path: 'details', code: 'field.unknown' },
      ],
    });
  });

  it('takes a message for the plain form only if every key is its own', () => {
    expect(read({ ip: '10.1.2.3', ref: 'a', tenantId: TENANT }).format).toBe('plain');
    expect(read({ ip: '10.1.2.3', severity: 3 }).format).toBe('generic');
    expect(read({ indicators: ['10.1.2.3'], severity: 3 })).toMatchObject({
      format: 'plain',
      ignored: [{ path: 'severity', code: 'field.unknown' }],
    });
  });

  it('looks tens of thousands of fields and entries through', () => {
    const fields = Array.from({ length: 15_000 }, (_, i) => [`k${i}`, i]);

    expect(() => read(Object.fromEntries(fields) as object)).toThrow('message.noIndicator');
    expect(() => read({ list: Array.from({ length: 120_000 }, () => 1) })).toThrow(
      'message.noIndicator',
    );
  });
});
