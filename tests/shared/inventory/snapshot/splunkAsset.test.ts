import type { Machine } from '../../../../shared/defender/DefenderAnswer';
import { SPLUNK_COLUMNS, splunkAsset } from '../../../../shared/inventory/snapshot/splunkAsset';

const ID = 'a'.repeat(40);

const full: Machine = {
  id: ID,
  computerDnsName: 'SRV-Payroll-01.Contoso.com',
  osPlatform: 'WindowsServer2022',
  version: '21H2',
  deviceValue: 'High',
  rbacGroupName: 'Finance  Servers EMEA',
  machineTags: ['tier 0', 'pci|card'],
  riskScore: 'Medium',
  exposureLevel: 'High',
  healthStatus: 'Active',
  onboardingStatus: 'Onboarded',
  firstSeen: '2026-01-01T00:00:00Z',
  lastSeen: '2026-01-31T02:00:00.1234567Z',
  lastIpAddress: '10.1.2.3',
  lastExternalIpAddress: '203.0.113.10',
  ipAddresses: [
    { ipAddress: '10.1.2.3', macAddress: '00155D0102FF' },
    { ipAddress: 'fe80::1', macAddress: '00-15-5d-01-02-ff' },
    { ipAddress: '127.0.0.1', macAddress: null },
    { ipAddress: '127.0.1.1', macAddress: '00:00:00:00:00:00' },
    { ipAddress: '::1', macAddress: '' },
    { ipAddress: '10.9.9.9', macAddress: 'AA:BB:CC:DD:EE:0F' },
  ],
};

/** By column. */
const assetOf = (machine: Machine): Readonly<Record<string, string>> =>
  Object.fromEntries(splunkAsset(machine).map((value, at) => [SPLUNK_COLUMNS[at] ?? '?', value]));

describe('splunkAsset()', () => {
  it('has the eighteen columns of the asset lookup, in its order', () => {
    expect(SPLUNK_COLUMNS.join(',')).toBe(
      'ip,mac,nt_host,dns,owner,priority,lat,long,city,country,bunit,category,pci_domain,is_expected,' +
        'should_timesync,should_update,requires_av,cim_entity_zone',
    );
  });

  it('fills what Defender knows, several values separated by |, and leaves the rest empty', () => {
    expect(assetOf(full)).toEqual({
      ip: '10.1.2.3|fe80::1|10.9.9.9',
      mac: '00:15:5d:01:02:ff|aa:bb:cc:dd:ee:0f',
      nt_host: 'srv-payroll-01',
      dns: 'srv-payroll-01.contoso.com',
      owner: '',
      lat: '',
      long: '',
      city: '',
      country: '',
      priority: 'critical',
      bunit: 'finance_servers_emea',
      category: [
        'external_ip: 203.0.113.10',
        `mde_device_id: ${ID}`,
        'mde_exposure: High',
        'mde_first_seen: 2026-01-01T00:00:00Z',
        'mde_health: Active',
        'mde_last_seen: 2026-01-31T02:00:00.1234567Z',
        'mde_risk: Medium',
        'mde_tags: tier 0 pci card',
        'os_platform: WindowsServer2022',
        'os_version: 21H2',
      ].join('|'),
      pci_domain: '',
      is_expected: 'true',
      should_timesync: '',
      should_update: '',
      requires_av: 'true',
      cim_entity_zone: '',
    });
  });

  it.each(['ip', 'mac', 'nt_host', 'dns', 'owner', 'bunit'] as const)(
    'never makes two identities of one value: %s',
    (column) => {
      const asset = assetOf({
        id: ID,
        computerDnsName: 'srv-1|dc-1.contoso.com|dc-2',
        rbacGroupName: 'Sales | Finance',
        lastIpAddress: '10.1.2.3|10.1.2.4',
        ipAddresses: [{ ipAddress: '10.9.9.9', macAddress: '00155D|0102FF' }],
      });

      expect(asset[column]).not.toContain('|');
    },
  );

  it.each([
    '0.0.0.0/0',
    '10.0.0.0/8',
    '::/0',
    '10.1.2.3-10.1.2.9',
    '10.1.2.*',
    '010.1.2.3',
    '167838211',
    '0.0.0.0',
    '::',
    '127.0.0.1',
    '127.1.2.3',
    '::1',
    '0:0::1',
    'fe80::1%eth0',
    'localhost',
    '',
  ])('takes %j for no address of a machine, wherever it stands', (address) => {
    const listed = [{ ipAddress: address }, { ipAddress: 'FE80::1' }, { ipAddress: 'fe80::1' }];

    const { ip } = assetOf({ id: ID, lastIpAddress: address, ipAddresses: listed });

    expect(ip).toBe('fe80::1');
  });

  it('cuts a value that is longer than Splunk takes', () => {
    const { category } = assetOf({ id: ID, machineTags: ['x'.repeat(2_000)] });

    const tags = category?.split('|').find((value) => value.startsWith('mde_tags: '));
    expect(tags).toHaveLength(975);
  });

  it('makes do with an id', () => {
    const { category, priority, is_expected, requires_av, ...others } = assetOf({ id: ID });

    expect({ category, priority, is_expected, requires_av }).toEqual({
      category: `mde_device_id: ${ID}`,
      priority: 'medium',
      is_expected: 'false',
      requires_av: 'false',
    });
    expect(Object.values(others).join('')).toBe('');
  });

  it.each([
    { differing: { deviceValue: 'High', osPlatform: 'Windows11' }, priority: 'critical' },
    { differing: { deviceValue: 'Normal', osPlatform: 'WindowsServer2019' }, priority: 'high' },
    { differing: { deviceValue: 'Low', osPlatform: 'Windows11' }, priority: 'medium' },
    { differing: { deviceValue: null, osPlatform: null }, priority: 'medium' },
  ])('gives $differing the priority $priority', ({ differing, priority }) => {
    const asset = assetOf({ ...full, ...differing });

    expect(asset['priority']).toBe(priority);
    expect(asset['is_expected']).toBe(String(priority === 'critical'));
  });

  it('takes a name without a domain as a NetBIOS name only', () => {
    const { nt_host, dns } = assetOf({ id: ID, computerDnsName: 'LAPTOP-22' });

    expect({ nt_host, dns }).toEqual({ nt_host: 'laptop-22', dns: '' });
  });

  it('does not expect an antivirus on a machine that is not onboarded', () => {
    const { requires_av } = assetOf({ ...full, onboardingStatus: 'CanBeOnboarded' });

    expect(requires_av).toBe('false');
  });
});
