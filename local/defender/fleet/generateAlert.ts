import { DAY_MS, HOUR_MS } from '../../../shared/clock/durations';
import { type Alert, evidence } from '../entities/Alert';
import { knownFile, type KnownFile } from '../entities/KnownFile';
import type { Machine } from '../entities/Machine';
import { randomOf, seededDigest } from './seededDigest';
import { serviceTime } from './serviceTime';

/** What differs between alerts. */
export interface DescribedAlert extends Partial<Alert> {
  readonly id: string;
  readonly aadTenantId: string;
  readonly machine: Pick<Machine, 'id' | 'computerDnsName' | 'rbacGroupName'> | null;
  /** First event, Unix ms. */
  readonly at: number;
}

/** An alert with every key filled as the live service fills it. */
export function describeAlert({ machine, at, ...differing }: DescribedAlert): Alert {
  return {
    ...ALERT_DEFAULTS,
    alertCreationTime: serviceTime(at + 240_000, 3722),
    firstEventTime: serviceTime(at, 4507),
    lastEventTime: serviceTime(at + 120_000, 5512),
    lastUpdateTime: serviceTime(at + 900_000, 3333),
    machineId: machine?.id ?? null,
    computerDnsName: machine?.computerDnsName ?? null,
    rbacGroupName: machine?.rbacGroupName ?? null,
    ...differing,
  };
}

/** Also fixes the order of the keys: what a described alert overrides keeps its place. */
const ALERT_DEFAULTS = {
  id: '',
  incidentId: 4711,
  investigationId: null,
  assignedTo: null,
  severity: 'Low',
  status: 'New',
  classification: null,
  determination: null,
  investigationState: 'Queued',
  detectionSource: 'WindowsDefenderAtp',
  detectorId: '17e10bbc-3a68-474a-8aad-faef14d43952',
  category: 'SuspiciousActivity',
  threatFamilyName: null,
  title: 'Suspicious process injection observed',
  description: 'A process abnormally injected code into another process.',
  alertCreationTime: '',
  firstEventTime: '',
  lastEventTime: '',
  lastUpdateTime: '',
  resolvedTime: null,
  machineId: null,
  computerDnsName: null,
  rbacGroupName: null,
  aadTenantId: '',
  threatName: null,
  mitreTechniques: ['T1055'],
  relatedUser: { userName: 'a.jones', domainName: 'CONTOSO' },
  loggedOnUsers: [{ accountName: 'a.jones', domainName: 'CONTOSO' }],
  comments: [],
  evidence: [],
  domains: [],
} satisfies Alert;

/** The `index`-th generated alert: on one of the machines, naming its address and one of 64 external ones. */
export function generateAlert(
  index: number,
  options: {
    readonly seed: number;
    readonly startAt: number;
    readonly tenantId: string;
    readonly machines: readonly Machine[];
  },
): Alert {
  const digest = seededDigest(options.seed, 'alert', index);
  const random = randomOf(digest);
  const machine = random.pick(options.machines);
  const at = options.startAt - Math.floor(random.next() * 29 * DAY_MS) - HOUR_MS;
  const resolved = random.below(3) === 0;
  const seenAt = serviceTime(at);
  return describeAlert({
    // The format of most live ids: .NET ticks, then a hash that may be negative.
    id: `da${String(at * 10_000 + 621_355_968_000_000_000).slice(0, 18)}_${random.below(2 ** 31) - 2 ** 30}`,
    aadTenantId: options.tenantId,
    machine,
    at,
    incidentId: 1000 + (index >> 1),
    severity: random.pick(['Informational', 'Low', 'Low', 'Medium', 'High']),
    status: resolved ? 'Resolved' : random.pick(['New', 'InProgress']),
    classification: resolved ? random.pick(['TruePositive', 'FalsePositive']) : null,
    determination: resolved ? 'Other' : null,
    resolvedTime: resolved ? serviceTime(at + 20 * HOUR_MS) : null,
    category: random.pick(['Execution', 'SuspiciousActivity', 'Malware', 'Exploit']),
    evidence: [
      evidence('User', seenAt, { accountName: 'a.jones', domainName: 'CONTOSO' }),
      evidence('Ip', seenAt, { ipAddress: `198.51.100.${128 + random.below(64)}` }),
      ...(machine.lastIpAddress
        ? [evidence('Ip', seenAt, { ipAddress: machine.lastIpAddress })]
        : []),
    ],
  });
}

/** The `index`-th generated file. */
export function generateFile(index: number, seed: number, startAt: number): KnownFile {
  const sha1 = seededDigest(seed, 'file', index);
  const longer = seededDigest(seed, 'file sha256', index) + seededDigest(seed, 'rest', index);
  const random = randomOf(sha1);
  return knownFile(
    { sha1, sha256: longer.slice(0, 64), md5: longer.slice(-32) },
    {
      globalPrevalence: random.below(1_000_000),
      globalFirstObserved: serviceTime(startAt - 400 * DAY_MS, 123),
      globalLastObserved: serviceTime(startAt - Math.floor(random.next() * DAY_MS)),
      size: 4096 + random.below(5_000_000),
      fileType: 'PortableExecutable',
      isPeFile: true,
    },
  );
}
