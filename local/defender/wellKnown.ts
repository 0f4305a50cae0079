import { DAY_MS, HOUR_MS } from '../../shared/clock/durations';

/**
 * Entities that exist in every simulated fleet, whatever its seed and size, for samples and tests to rely on.
 * Offsets are milliseconds relative to the simulator's start (negative = before). "Still has" means: from 30 days before
 * the start for as long as the simulator runs.
 */
export const WELL_KNOWN = {
  machines: {
    /** An ordinary, onboarded Windows 11 machine that still has its address. */
    workstation: {
      id: '1e5bc9d7e413ddd7902c2932e418702b84d0cc07',
      computerDnsName: 'desktop-17.contoso.com',
      ip: '10.1.2.3',
      ipv6: 'fd12:3456:789a::17',
    },
    /** High risk, high exposure, tagged, high value. */
    server: {
      id: '5c1f0e9ab2d34785961e0a7bd4c2f38810aa4e01',
      computerDnsName: 'srv-payroll-01.contoso.com',
      ip: '10.1.0.10',
    },
    /** Known by its bare name only; asking for `laptop-22.emea.contoso.com` must fall back to the first label. */
    bareName: {
      id: '6d2f0e9ab2d34785961e0a7bd4c2f38810aa4e02',
      computerDnsName: 'laptop-22',
      ip: '10.1.2.22',
    },
    /** Its name is longer than NetBIOS allows: senders cut it to `conference-room`. */
    longName: {
      id: '7e3f0e9ab2d34785961e0a7bd4c2f38810aa4e03',
      computerDnsName: 'conference-room-display.contoso.com',
      ip: '10.1.2.40',
    },
    /** Discovered on the network, not onboarded, without a name. */
    discovered: { id: '8f4f0e9ab2d34785961e0a7bd4c2f38810aa4e04', ip: '10.1.50.9' },
    /** Nothing is known but the id; every other key is null. */
    sparse: { id: '905f0e9ab2d34785961e0a7bd4c2f38810aa4e05' },
    /** Last seen 3 days ago, no longer at its address: only `lastIpAddress` still finds it. */
    seenThreeDaysAgo: {
      id: 'a16f0e9ab2d34785961e0a7bd4c2f38810aa4e06',
      computerDnsName: 'kiosk-lobby.contoso.com',
      ip: '10.1.77.5',
      lastSeenOffsetMs: -3 * DAY_MS,
    },
    /** The same, 20 days ago. */
    seenTwentyDaysAgo: {
      id: 'b27f0e9ab2d34785961e0a7bd4c2f38810aa4e07',
      computerDnsName: 'kiosk-canteen.contoso.com',
      ip: '10.1.77.6',
      lastSeenOffsetMs: -20 * DAY_MS,
    },
    /** Has a name given by a user; Entra knows it by another id. */
    phone: {
      id: '3a0f0e9ab2d34785961e0a7bd4c2f38810aa4e0f',
      computerDnsName: "Max's iPad Air (2nd generation) Büro",
      aadDeviceId: '9b1a5c3e-1111-4222-8333-abcdefabcdef',
      ip: '10.1.2.60',
    },
  },
  /** An internal address that two devices had in the same half hour: one onboarded, one only discovered. */
  sharedAddress: {
    ip: '10.1.60.1',
    onboarded: {
      id: '3b1f0e9ab2d34785961e0a7bd4c2f38810aa4e10',
      computerDnsName: 'laptop-shared.contoso.com',
    },
    discovered: { id: '3c2f0e9ab2d34785961e0a7bd4c2f38810aa4e11' },
  },
  /** The same, but both records bear one name: the machine was discovered first and onboarded then. */
  onboardedTwice: {
    ip: '10.1.60.2',
    computerDnsName: 'laptop-new.contoso.com',
    onboarded: { id: '3d3f0e9ab2d34785961e0a7bd4c2f38810aa4e12' },
    discovered: { id: '3e4f0e9ab2d34785961e0a7bd4c2f38810aa4e13' },
  },
  /** Records that were merged into others. */
  merges: {
    /** Each into the next, four merges in all; only the last is live. The n-th is called `chain-<n>.contoso.com`. */
    chain: {
      ids: [
        '4a0f0e9ab2d34785961e0a7bd4c2f38810aa4e1f',
        '3f5f0e9ab2d34785961e0a7bd4c2f38810aa4e14',
        '406f0e9ab2d34785961e0a7bd4c2f38810aa4e15',
        '417f0e9ab2d34785961e0a7bd4c2f38810aa4e16',
        '428f0e9ab2d34785961e0a7bd4c2f38810aa4e17',
      ],
    },
    /** Two records of one name, merged into two different machines, both live. */
    forked: {
      computerDnsName: 'forked.contoso.com',
      ids: ['439f0e9ab2d34785961e0a7bd4c2f38810aa4e18', '44af0e9ab2d34785961e0a7bd4c2f38810aa4e19'],
      into: [
        '45bf0e9ab2d34785961e0a7bd4c2f38810aa4e1a',
        '46cf0e9ab2d34785961e0a7bd4c2f38810aa4e1b',
      ],
    },
    /** A live machine beside one that was merged into a record that is gone. */
    gone: {
      computerDnsName: 'half-gone.contoso.com',
      live: '47df0e9ab2d34785961e0a7bd4c2f38810aa4e1c',
      merged: '48ef0e9ab2d34785961e0a7bd4c2f38810aa4e1d',
      into: '49ff0e9ab2d34785961e0a7bd4c2f38810aa4e1e',
    },
  },
  /** One name, three records: the live one, the one from before it was reimaged (inactive), and one merged into the live one. */
  sharedName: {
    computerDnsName: 'build-agent.contoso.com',
    live: { id: 'c38f0e9ab2d34785961e0a7bd4c2f38810aa4e08', ip: '10.1.3.8' },
    inactive: { id: 'd49f0e9ab2d34785961e0a7bd4c2f38810aa4e09' },
    merged: { id: 'e5af0e9ab2d34785961e0a7bd4c2f38810aa4e0a' },
  },
  /** Names and tags, chosen by users, that break tables and spreadsheets. */
  hardNames: [
    {
      id: '4b1f0e9ab2d34785961e0a7bd4c2f38810aa4e20',
      computerDnsName: 'büro-größe.contoso.com',
      machineTags: ['Straße', '東京'],
    },
    {
      id: '4c2f0e9ab2d34785961e0a7bd4c2f38810aa4e21',
      computerDnsName: "=cmd|' /C calc'!A0",
      machineTags: ['=1+1', '@SUM(A1)', '-2'],
    },
    {
      id: '4d3f0e9ab2d34785961e0a7bd4c2f38810aa4e22',
      computerDnsName: 'left|right;"quoted",end',
      machineTags: ['tier|0', 'a;b', 'say "hi"'],
    },
    {
      id: '4e4f0e9ab2d34785961e0a7bd4c2f38810aa4e23',
      computerDnsName: 'two\r\nlines',
      machineTags: ['first\nsecond', '\ttab'],
    },
  ],
  /** One name, two live machines. */
  ambiguousName: {
    computerDnsName: 'golden-image.contoso.com',
    ids: ['f6bf0e9ab2d34785961e0a7bd4c2f38810aa4e0b', '07cf0e9ab2d34785961e0a7bd4c2f38810aa4e0c'],
  },
  /** One internal address, two machines, one after the other (DHCP). */
  dhcp: {
    ip: '10.20.30.40',
    /** Held the address from 30 hours before the start until `toOffsetMs`; ask at `atOffsetMs`. */
    former: {
      id: '18df0e9ab2d34785961e0a7bd4c2f38810aa4e0d',
      computerDnsName: 'laptop-berlin.contoso.com',
      atOffsetMs: -26 * HOUR_MS,
      toOffsetMs: -20 * HOUR_MS,
    },
    /** Has held it since `fromOffsetMs`; ask at `atOffsetMs` or now. */
    present: {
      id: '29ef0e9ab2d34785961e0a7bd4c2f38810aa4e0e',
      computerDnsName: 'laptop-madrid.contoso.com',
      fromOffsetMs: -18 * HOUR_MS,
      atOffsetMs: -2 * HOUR_MS,
    },
    /** Between the two, no machine had it. */
    nobodyAtOffsetMs: -19 * HOUR_MS,
  },
  /** An address behind which many machines sit (VPN concentrator); the answer is larger than 192 KB. */
  crowd: { ip: '10.99.0.1', machineCount: 40 },
  ips: {
    /** External, named by two alerts, one of them open and High. */
    externalWithAlerts: '203.0.113.66',
    externalWithoutAlerts: '198.51.100.7',
    unknownInternal: '10.200.200.200',
    unknownInternalIpv6: 'fd12:3456:789a::dead',
  },
  files: {
    /** The EICAR test file, seen on `machineCount` machines. */
    eicar: {
      sha1: '3395856ce81f2b7382dee72602f798b642f14140',
      sha256: '275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f',
      md5: '44d88612fea8a8f36de82e1278abb02f',
      machineCount: 12,
    },
    /** Known to the service, on no machine of this tenant. */
    seenNowhere: {
      sha1: 'da39a3ee5e6b4b0d3255bfef95601890afd80709',
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      md5: 'd41d8cd98f00b204e9800998ecf8427e',
    },
    unknown: {
      sha1: '1111111111111111111111111111111111111111',
      sha256: '1111111111111111111111111111111111111111111111111111111111111111',
      md5: '11111111111111111111111111111111',
    },
  },
  /** One alert of each id format seen on the live service. */
  alerts: {
    /** On `machines.workstation`; names `ips.externalWithAlerts`, the workstation's own address and the EICAR file. */
    onWorkstation: 'da637472900382838869_1364969609',
    /** On `machines.server`, open, High; names `ips.externalWithAlerts`. The second part of the id is negative. */
    onServer: 'da637308392288907382_-880718168',
    guid: 'da9f6d2c1b-77aa-4a1e-9d6a-0b1c2d3e4f50_1',
    /** As the Defender portal shows ids: nothing after the GUID. */
    portal: 'da2b7c9e10-5f43-4d21-8c0a-7e6f5d4c3b2a',
    automated: 'ar638180599315648136_73827727',
    /** Without a prefix. */
    legacy: '636688558380765161_2136280442',
    /** Exists, but has no device. */
    withoutMachine: 'da638000000000000001_100200300',
    /** Its device is no longer known. */
    machineGone: 'da638000000000000002_100200301',
    unknown: 'da638999999999999999_999999999',
  },
  unknown: {
    machineId: '0000000000000000000000000000000000000404',
    host: 'nosuchhost.contoso.com',
  },
} as const;
