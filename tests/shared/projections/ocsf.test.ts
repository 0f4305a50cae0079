import type { Machine } from '../../../shared/defender/DefenderAnswer';
import { toOcsf } from '../../../shared/projections/ocsf';
import type { EnrichmentRecord } from '../../../shared/records/EnrichmentRecord';
import { machineId, unansweredStep } from '../lookups/aLookup';
import { objections } from './ocsfObjections';
import { answered, ofMachine, refused, unanswered, wholeMachine } from './aRecord';

const sparse = { id: machineId('b') };
const mistyped: Machine = {
  id: machineId('b'),
  computerDnsName: '',
  osPlatform: 'PlayStation',
  osProcessor: 'riscv64',
  osArchitecture: 'wide',
  osBuild: '22631',
  firstSeen: 'yesterday',
  riskScore: 'Apocalyptic',
  managedBy: 'Unknown',
  onboardingStatus: 'CanBeOnboarded',
  agentVersion: '1',
  lastIpAddress: 'fe80::1%12',
  lastExternalIpAddress: '10.0.0.0/8',
  ipAddresses: [
    null,
    { ipAddress: '', macAddress: '12', type: 'Carrier pigeon' },
    { ipAddress: '::ffff:10.1.2.3', macAddress: '000000000000' },
  ],
  vmMetadata: { cloudProvider: 'Unknown' },
};
const ipOf = (machines: readonly Machine[]) =>
  answered(['ip', '2001:db8::17', 'findByIp'], { machines });
const alerts = [{ id: 'da637472900382838869_1364969609' }];

const RECORDS: readonly (readonly [string, EnrichmentRecord])[] = [
  ['one machine of which everything is known', ofMachine(wholeMachine())],
  ['one machine of which only its id is known', ofMachine(sparse)],
  ['one machine whose fields are of other types or values', ofMachine(mistyped)],
  ['one machine in no cloud', ofMachine(wholeMachine({ vmMetadata: null }))],
  ['several machines', ipOf([wholeMachine(), mistyped, sparse])],
  ['alerts and no machine', answered(['ip', '203.0.113.7', 'ipAlerts'], { alerts })],
  ['nothing found', answered(['host', 'a.contoso.com', 'host'])],
  ['an answer that did not come', unanswered(unansweredStep('machine', 'denied'))],
  ['nothing recognised', refused()],
];

describe('toOcsf()', () => {
  it.each(RECORDS)('is valid by the published schema of its class: %s', (_title, record) => {
    expect(objections(toOcsf(record))).toEqual([]);
  });

  it.each(RECORDS)(
    'has ids that agree, times in milliseconds, and the record itself: %s',
    (_title, record) => {
      const event = toOcsf(record) as Record<string, number>;

      expect(event['type_uid']).toBe(
        Number(event['class_uid']) * 100 + Number(event['activity_id']),
      );
      expect(event['time']).toBe(Date.parse(record.enrichedAt));
      expect(event).toHaveProperty('unmapped.mde_enrichment', record);
    },
  );

  it.each<{ what: string; changes: object; objection: RegExp }>([
    { what: 'no device', changes: { device: undefined }, objection: /'device'/ },
    { what: 'a device without a type', changes: { device: { uid: 'a' } }, objection: /'type_id'/ },
    {
      what: 'a time as text',
      changes: { time: '2026-11-20' },
      objection: /time should be integer/,
    },
    { what: 'another caption', changes: { severity: 'High' }, objection: /severity_id .*captions/ },
    { what: 'an activity of no class', changes: { type_uid: 500_103 }, objection: /type_uid/ },
    { what: 'a field of its own', changes: { colour: 'red' }, objection: /additional/ },
    { what: 'an unclaimed profile', changes: { metadata: {} }, objection: /should NOT be valid/ },
    {
      what: 'an address that is none',
      changes: { device: { type_id: 0, ip: '10.0.0.0/8' } },
      objection: /ip should match/,
    },
  ])('would not be valid with $what', ({ changes, objection }) => {
    const event = { ...toOcsf(ofMachine(wholeMachine())), ...changes };

    expect(objections(JSON.parse(JSON.stringify(event))).join()).toMatch(objection);
  });

  it('is Device Inventory Info about one machine', () => {
    expect(toOcsf(ofMachine(wholeMachine()))).toMatchObject({
      class_uid: 5001,
      category_uid: 5,
      activity_id: 2,
      type_uid: 500_102,
      severity_id: 1,
      status_id: 1,
      metadata: {
        version: '1.8.0',
        product: { name: 'Microsoft Defender for Endpoint', vendor_name: 'Microsoft' },
        profiles: ['datetime', 'cloud'],
      },
      cloud: { provider: 'Azure' },
      device: {
        uid: machineId('a'),
        uid_alt: 'd78dc223-8dc8-1234-5678-abcdef03505b',
        hostname: 'desktop-17.corp.contoso.com',
        name: 'desktop-17',
        domain: 'corp.contoso.com',
        type_id: 2,
        ip: '10.1.2.3',
        first_seen_time: Date.parse('2025-11-05T11:54:59.571Z'),
        first_seen_time_dt: '2025-11-05T11:54:59.571Z',
        last_seen_time: Date.parse('2026-11-20T02:51:16.205Z'),
        os: {
          name: 'Windows11',
          type_id: 100,
          type: 'Windows',
          version: '23H2',
          build: '22631',
          cpu_bits: 64,
        },
        hw_info: { cpu_architecture_id: 2, cpu_architecture: 'ARM' },
        network_interfaces: [
          { ip: '2001:db8::17', mac: '00:15:5d:01:02:03', type_id: 2, name: 'Wireless80211' },
          { ip: 'fe80::1', mac: '00:15:5d:01:02:03', type_id: 4 },
          { ip: '127.0.0.1', type_id: 99, type: 'SoftwareLoopback' },
        ],
        risk_level_id: 2,
        risk_level: 'Medium',
        groups: [{ uid: '75', name: 'Workstations', type: 'MDE device group' }],
        agent_list: [{ type_id: 1, vendor_name: 'Microsoft', version: '10.8790.19045.5608' }],
        is_managed: true,
        instance_uid: '0f8fad5b-d9cb-469f-a165-70867728950e',
      },
      unmapped: {
        exposure_level: 'Low',
        health_status: 'Inactive',
        machine_tags: ['crown-jewel', 'floor-3'],
        device_value: 'High',
        last_external_ip: '203.0.113.7',
      },
    });
  });

  it.each([
    ['WindowsServer2022', { type_id: 1, os: { type_id: 100 } }],
    ['Windows10', { type_id: 2, os: { type_id: 100 } }],
    ['macOS', { type_id: 2, os: { type_id: 300 } }],
    ['iOS', { type_id: 5, os: { type_id: 301 } }],
    ['iPadOS', { type_id: 5, os: { type_id: 302 } }],
    ['Android', { type_id: 5, os: { type_id: 201 } }],
    ['Ubuntu', { type_id: 0, os: { type_id: 200 } }],
    ['Unknown', { type_id: 0, os: { type_id: 0 } }],
    ['PlayStation', { type_id: 0, os: { type_id: 99, type: 'PlayStation' } }],
  ])('knows what %s runs on', (osPlatform, device) => {
    expect(toOcsf(ofMachine({ ...sparse, osPlatform }))).toMatchObject({ device });
  });

  it.each([
    ['None', 0],
    ['Informational', 0],
    ['Low', 1],
    ['Medium', 2],
    ['High', 3],
    ['Apocalyptic', 99],
    ['constructor', 99],
  ])('has risk %s as level %d', (riskScore, level) => {
    const { device } = toOcsf(ofMachine({ ...sparse, riskScore })) as { device: object };

    expect(device).toHaveProperty('risk_level_id', level);
  });

  it('has no agent on a machine that was only discovered, and does not know who manages it', () => {
    const { device } = toOcsf(ofMachine(mistyped)) as { device: object };

    expect(device).not.toHaveProperty('agent_list');
    expect(device).not.toHaveProperty('is_managed');
  });

  it('names no device when several were found, but enriches with each', () => {
    const event = toOcsf(ipOf([wholeMachine(), sparse]));

    expect(event).not.toHaveProperty('device');
    expect(event).toMatchObject({
      class_uid: 0,
      enrichments: [
        {
          name: 'indicators[0]',
          value: '2001:db8::17',
          type: 'mde_device',
          provider: 'Microsoft Defender for Endpoint',
          short_desc: '2 devices, highest risk Medium',
          src_url: expect.stringContaining(machineId('a')) as unknown,
          data: {
            device: { uid: machineId('a'), hostname: 'desktop-17.corp.contoso.com' },
            lookup: { method: 'findByIp', via: '2001:db8::17', strength: 'weak' },
          },
        },
        { data: { device: { uid: machineId('b') } } },
      ],
    });
  });

  it('lists what to search for, under the path at which the event has it', () => {
    const event = toOcsf(ofMachine(wholeMachine())) as { observables: { name: string }[] };
    const { observables } = event;

    expect(observables).toEqual(
      expect.arrayContaining([
        { name: 'device.uid', type_id: 47, type: 'Device Object: uid', value: machineId('a') },
        { name: 'device.ip', type_id: 2, type: 'IP Address', value: '10.1.2.3' },
        {
          name: 'unmapped.last_external_ip',
          type_id: 2,
          type: 'IP Address',
          value: '203.0.113.7',
        },
      ]),
    );
    for (const { name, ...observable } of observables) {
      expect(event).toHaveProperty(name, (observable as unknown as { value: string }).value);
    }
  });

  it.each([
    [unanswered(unansweredStep('machine', 'failed')), { status_id: 2, status_code: 'code.failed' }],
    [refused(), { status_id: 2, status_code: 'indicator.unrecognised' }],
    [answered(['host', 'a.contoso.com', 'host']), { status_id: 1, status: 'Success' }],
  ])('has the outcome as its status', (record, status) => {
    expect(toOcsf(record)).toMatchObject({ class_uid: 0, ...status });
  });
});
