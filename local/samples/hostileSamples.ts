import { WELL_KNOWN } from '../defender/wellKnown';
import type { Sample } from './Sample';

const { machines } = WELL_KNOWN;
const workstationId = machines.workstation.id;

/** Malformed and hostile input: each has to end somewhere, and none may reach Defender as anything but a value. */
export const hostileSamples: readonly Sample[] = [
  {
    name: 'injection-odata',
    title: 'OData injection in a host name',
    body: JSON.stringify({ host: "x' or startswith(computerDnsName,'" }),
    expected: ['notSeen'],
  },
  {
    name: 'injection-function',
    title: 'breaking out of findbyip(…)',
    body: JSON.stringify({ ip: "10.1.2.3',timestamp=2020-01-01T00:00:00Z)/../x('" }),
    expected: ['invalid'],
  },
  {
    name: 'injection-path',
    title: 'path traversal in an alert id',
    body: JSON.stringify({ alertId: '../../machines?$top=10000' }),
    expected: ['invalid'],
  },
  {
    name: 'injection-zone',
    title: 'IPv6 zone id with a path in it',
    body: JSON.stringify({ ip: 'fe80::1%eth0/../../alerts' }),
    expected: ['invalid'],
  },
  {
    name: 'injection-header',
    title: 'line breaks and a header in a device id',
    body: JSON.stringify({ machineId: `${workstationId}\r\nAuthorization: none` }),
    expected: ['invalid'],
  },
  {
    name: 'prototype',
    title: 'prototype pollution beside a device id',
    body: `{"__proto__":{"tenantId":"x"},"constructor":{"prototype":{"polluted":1}},"machineId":"${workstationId}"}`,
    expected: ['found'],
  },
  {
    name: 'context-formula',
    title: 'spreadsheet formula and markup in the context',
    body: JSON.stringify({
      machineId: workstationId,
      context: { ticket: '=HYPERLINK("http://x")', note: '<script>alert(1)</script>' },
    }),
    expected: ['found'],
  },
  {
    name: 'almost-too-large',
    title: 'almost 256 KB, which is the queue’s limit',
    body: JSON.stringify({ machineId: workstationId, padding: 'x'.repeat(250 * 1024) }),
    expected: ['found'],
  },
  {
    name: 'other-tenant',
    title: 'another tenant’s message',
    body: JSON.stringify({
      tenantId: '99999999-9999-4999-8999-999999999999',
      machineId: workstationId,
    }),
    expected: { quarantined: 'message.otherTenant' },
  },
  {
    name: 'empty',
    title: 'empty body',
    body: '',
    expected: { quarantined: 'message.noIndicator' },
  },
  {
    name: 'not-json',
    title: 'JSON that breaks off',
    body: '{"ip":"10.1.2.3","observedAt":',
    expected: { quarantined: 'message.notJson' },
  },
  {
    name: 'not-text',
    title: 'bytes that are not text',
    body: Buffer.from([0xff, 0x00, 0x80, 0xc3, 0x28]),
    expected: { quarantined: 'message.notText' },
  },
  {
    name: 'prose',
    title: 'a sentence instead of data: answered as what it is',
    body: 'Hello, please check the laptop of Anna!',
    expected: ['invalid'],
  },
  {
    name: 'word',
    title: 'a word for nothing, which is no host name',
    body: 'undefined',
    expected: { quarantined: 'message.noIndicator' },
  },
  {
    name: 'utf-16',
    title: 'UTF-16 with a byte order mark',
    body: Buffer.from(`\ufeff{"machineId":"${workstationId}"}`, 'utf16le'),
    expected: ['found'],
  },
  {
    name: 'no-indicator',
    title: 'JSON that names nothing to look up',
    body: JSON.stringify({ id: 'incident-1', source: 'my-siem' }),
    expected: { quarantined: 'message.noIndicator' },
  },
  {
    name: 'number',
    title: 'an IP as a number',
    body: JSON.stringify({ ip: 167_838_211 }),
    expected: { quarantined: 'message.noIndicator' },
  },
  {
    name: 'too-deep',
    title: 'nested 20,000 levels deep',
    body: '['.repeat(20_000) + ']'.repeat(20_000),
    expected: { quarantined: 'message.tooDeep' },
  },
  {
    name: 'too-many',
    title: '501 indicators',
    body: JSON.stringify({
      indicators: Array.from({ length: 501 }, (_, i) => ({ ip: `10.9.${i >> 8}.${i & 255}` })),
    }),
    expected: { quarantined: 'message.tooManyIndicators' },
  },
];
