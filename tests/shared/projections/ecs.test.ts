import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from '../../../shared/defender/DefenderAnswer';
import { toEcs } from '../../../shared/projections/ecs';
import { aMachine, machineId, unansweredStep } from '../lookups/aLookup';
import { emptyParts } from './emptyParts';
import { answered, ofMachine, refused, unanswered, wholeMachine } from './aRecord';

const { samples } = JSON.parse(
  readFileSync(join(__dirname, '../../fixtures/projections/elastic-machines.json'), 'utf8'),
) as {
  samples: { machine: Machine; document: { microsoft_defender_endpoint: object } }[];
};

const ipOf = (machines: readonly Machine[]) =>
  answered(['ip', '10.1.2.3', 'findByIp'], { machines });

describe('toEcs()', () => {
  it.each(samples)(
    "has a machine as Elastic's own integration has it: $machine.computerDnsName",
    ({ machine, document }) => {
      expect(toEcs(ofMachine(machine))).toMatchObject(document);
    },
  );

  it.each(samples)(
    "has the vendor's fields of a sample, and no other: $machine.computerDnsName",
    ({ machine, document }) => {
      expect(toEcs(ofMachine(machine))).toHaveProperty(
        'microsoft_defender_endpoint',
        document.microsoft_defender_endpoint,
      );
    },
  );

  it('describes the host as ECS defines its fields', () => {
    expect(toEcs(ofMachine(wholeMachine()))).toMatchObject({
      '@timestamp': '2026-11-20T08:15:00.000Z',
      event: { kind: 'enrichment', category: ['host'], type: ['info'], outcome: 'success' },
      device: { id: 'd78dc223-8dc8-1234-5678-abcdef03505b' },
      group: { id: '75', name: 'Workstations' },
      host: {
        id: machineId('a'),
        name: 'desktop-17.corp.contoso.com',
        hostname: 'desktop-17',
        ip: ['10.1.2.3', '2001:db8::17'],
        mac: ['00-15-5D-01-02-03'],
        architecture: 'arm64',
        os: {
          platform: 'Windows11',
          name: 'Windows11',
          full: 'Windows11 23H2',
          version: '23H2',
          type: 'windows',
        },
        risk: { calculated_level: 'Medium' },
      },
      microsoft_defender_endpoint: {
        machine: {
          machine_tags: ['crown-jewel', 'floor-3'],
          rbac_group_id: '75',
          vm_metadata: {
            vm_id: '0f8fad5b-d9cb-469f-a165-70867728950e',
            cloud_provider: 'Azure',
            resource_id: '/subscriptions/s/vm-17',
          },
        },
      },
    });
  });

  it('never calls a machine a cloud instance, and has the external address under related only', () => {
    const document = toEcs(ofMachine(wholeMachine()));

    expect(document).not.toHaveProperty('cloud');
    expect(document).not.toHaveProperty('host.ip', expect.arrayContaining(['203.0.113.7']));
    expect(document).toHaveProperty('related.ip', expect.arrayContaining(['203.0.113.7']));
  });

  it.each([
    ['Windows10', 'windows'],
    ['WindowsServer2012R2', 'windows'],
    ['macOS', 'macos'],
    ['iOS', 'ios'],
    ['iPadOS', 'ios'],
    ['Android', 'android'],
    ['Ubuntu', 'linux'],
    ['Debian', 'linux'],
    ['CentOS', 'linux'],
    ['RedHatEnterpriseLinux', 'linux'],
    ['SUSE', 'linux'],
    ['Fedora', 'linux'],
    ['OracleLinux', 'linux'],
    ['AmazonLinux2', 'linux'],
    ['Unknown', undefined],
  ])('knows the type of system of %s', (osPlatform, type) => {
    const document = toEcs(ofMachine(aMachine(machineId('a'), { osPlatform })));

    expect((document as { host: { os: object } }).host.os).toEqual({
      platform: osPlatform,
      name: osPlatform,
      type,
    });
  });

  it.each([
    { title: 'a machine with nothing but its id', record: ofMachine({ id: machineId('b') }) },
    {
      title: 'a machine whose fields are of other types',
      record: ofMachine({
        id: machineId('b'),
        computerDnsName: '',
        osBuild: '22631',
        firstSeen: 'yesterday',
        rbacGroupId: '75',
        machineTags: 'a',
        ipAddresses: [null, 17, { ipAddress: '10.0.0.0/8', macAddress: 'none' }],
        vmMetadata: [],
        lastExternalIpAddress: '',
      }),
    },
    { title: 'nothing found', record: answered(['host', 'a.contoso.com', 'host']) },
    { title: 'nothing recognised', record: refused() },
  ])('leaves out what is not known: $title', ({ record }) => {
    const { mde_enrichment: native, ...mapped } = toEcs(record) as { mde_enrichment: object };

    expect(emptyParts(mapped)).toEqual([]);
    expect(native).toBe(record);
  });

  it('has names with spaces whole, in lower case', () => {
    const machine = aMachine(machineId('a'), { computerDnsName: "Anna's iPhone 12.4" });

    expect(toEcs(ofMachine(machine))).toMatchObject({
      host: { name: "anna's iphone 12.4", hostname: "anna's iphone 12.4" },
    });
  });

  it('names no host when several machines were found, and all of them under related', () => {
    const machines = [
      wholeMachine(),
      aMachine(machineId('b'), { computerDnsName: 'b.contoso.com', lastIpAddress: '10.1.2.4' }),
    ];

    const document = toEcs(ipOf(machines));

    for (const part of ['host', 'device', 'group', 'microsoft_defender_endpoint']) {
      expect(document).not.toHaveProperty(part);
    }
    expect(document).toMatchObject({
      related: {
        hosts: expect.arrayContaining([machineId('a'), machineId('b'), 'b.contoso.com']) as unknown,
        ip: expect.arrayContaining(['10.1.2.3', '10.1.2.4']) as unknown,
      },
    });
  });

  it('describes of several machines the one that can be acted on', () => {
    const merged = aMachine(machineId('b'), { mergedIntoMachineId: machineId('a') });
    const record = ipOf([merged, wholeMachine({ healthStatus: 'Active' })]);

    expect(record.summary).toMatchObject({ machineId: machineId('a') });
    expect(record.machines.length).toBeGreaterThan(1);
    expect(toEcs(record)).toMatchObject({ host: { id: machineId('a') } });
  });

  it('names no host when the only machine that is left in the record was one of several', () => {
    const { machines, ...rest } = ipOf([wholeMachine(), aMachine(machineId('b'))]);

    expect(toEcs({ ...rest, machines: machines.slice(0, 1) })).not.toHaveProperty('host');
  });

  it.each([
    { record: answered(['ip', '10.1.2.9', 'findByIp']), related: { ip: ['10.1.2.9'] } },
    { record: answered(['host', 'a.contoso.com', 'host']), related: { hosts: ['a.contoso.com'] } },
    {
      record: answered(['file', 'a'.repeat(40), 'fileMachines']),
      related: { hash: ['a'.repeat(40)] },
    },
  ])('can be found by what was asked for: $record.indicator.kind', ({ record, related }) => {
    expect(toEcs(record)).toMatchObject({ event: { outcome: 'success' }, related });
  });

  it.each([
    { record: unanswered(unansweredStep('machine', 'failed')), reason: '' },
    { record: refused(), reason: 'Nothing is recognised.' },
  ])('has the outcome $record.outcome as a failure', ({ record, reason }) => {
    const { event } = toEcs(record) as { event: object };

    expect(event).toMatchObject({ id: record.id, outcome: 'failure', reason });
  });
});
