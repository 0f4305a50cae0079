import { ENDPOINT_IDS } from '../../shared/defender/endpointIds';
import { machine as machineKind } from '../../shared/kinds/machine';
import type { EnrichmentRecord } from '../../shared/records/EnrichmentRecord';

/** Answers as the sample fleet of the local run gives them. */
export const MACHINE_ID = machineKind.routes[0].parameter.example;
export const LOOKUP_ID = 'l_3f0c9a17d2b84e6f95a1c07e2b6d48f013579bdf';
export const POLL_ID = 'p_oY1cAEMEJ6_0DGc12RysGzzulqpaR8qOxyxfZZnXHYo';
const TENANT_ID = '7c1f0a52-6f0b-4f55-9d0a-1b7c36ad3e10';
const REQUEST_ID = 'r_238e27e6ea0c77f416377273e856099060633071';
const RUN_ID = '20261121T021000000Z';
const AT = '2026-11-21T08:15:00.000Z';
const STATUS_URL = `https://enricher.contoso.com/api/requests/${POLL_ID}`;

const machine = {
  id: MACHINE_ID,
  computerDnsName: 'srv-payroll-01.contoso.com',
  lastSeen: '2026-11-21T07:58:11.4719321Z',
  lastIpAddress: '10.1.0.10',
  healthStatus: 'Active',
  onboardingStatus: 'Onboarded',
  riskScore: 'High',
  exposureLevel: 'High',
  osPlatform: 'WindowsServer2022',
  machineTags: ['crown-jewel'],
};
const portalUrl = `https://security.microsoft.com/machines/${MACHINE_ID}?tid=${TENANT_ID}`;

interface Asked {
  readonly kind: EnrichmentRecord['indicator']['kind'];
  readonly value: string;
  readonly path: string;
  readonly endpoint: string;
}

const head = (
  { kind, value, path }: Pick<Asked, 'kind' | 'value' | 'path'>,
  position: number,
  of: number,
) => ({
  schemaVersion: '1.0' as const,
  recordType: 'lookup' as const,
  id: 'e_b5a1f3d09c7e46528f1d2c3b4a59687710fedcba',
  lookupId: LOOKUP_ID,
  generation: 0,
  final: true,
  tenantId: TENANT_ID,
  request: {
    id: REQUEST_ID,
    source: 'http',
    channel: 'http' as const,
    eventId: null,
    messageId: null,
    correlationId: '59625b0b-8f5e-4c0e-9d6b-1f2a3b4c5d6e',
    receivedAt: AT,
    position,
    of,
    context: {},
    contextCut: false,
    ignored: [],
    leftOutCount: 0,
  },
  indicator: indicatorOf({ kind, value, path }),
  incomplete: [],
  truncated: null,
  enrichedAt: '2026-11-21T08:15:00.212Z',
});

const indicatorOf = ({ kind, value, path }: Pick<Asked, 'kind' | 'value' | 'path'>) => ({
  kind,
  value,
  original: value,
  ref: null,
  path,
  observedAt: AT,
  scope: kind === 'ip' ? ('internal' as const) : null,
  observedAtFrom: 'enqueued' as const,
  observedAtGiven: null,
  zoneAssumed: false,
  alternatives: [],
  also: [],
});

const evidenceOf = (endpoint: string) => ({
  endpoint,
  status: 200,
  calledAt: AT,
  fromCache: false,
  ageMs: 0,
  waitedMs: 12,
  correlationId: null,
});

/** A record that names one machine. */
export function machineRecord(
  asked: Asked & { readonly by: EnrichmentRecord['machines'][number]['match']['by'] },
  position = 1,
  of = 1,
): EnrichmentRecord {
  const { value, endpoint, by } = asked;
  return {
    ...head(asked, position, of),
    outcome: 'found',
    reason: null,
    summary: {
      match: 'one',
      matchStrength: 'strong',
      machineId: MACHINE_ID,
      machineCount: 1,
      ambiguous: false,
      alertCount: 0,
      openAlertCount: 0,
      highestAlertSeverity: null,
      highestRiskScore: 'High',
      highestExposureLevel: 'High',
    },
    machines: [{ machine, match: { by, via: value, strength: 'strong' }, portalUrl }],
    alerts: [],
    evidence: [evidenceOf(endpoint)],
  };
}

/** A record that names an alert and no machine. */
export function alertRecord(asked: Asked): EnrichmentRecord {
  const id = 'da637472900382838869_1364969609';
  const alert = { id, machineId: MACHINE_ID, severity: 'Medium', status: 'New' };
  return {
    ...head(asked, 1, 1),
    outcome: 'found',
    reason: null,
    summary: {
      match: 'none',
      matchStrength: null,
      machineId: null,
      machineCount: 0,
      ambiguous: false,
      alertCount: 1,
      openAlertCount: 1,
      highestAlertSeverity: 'Medium',
      highestRiskScore: null,
      highestExposureLevel: null,
    },
    machines: [],
    alerts: [
      {
        alert,
        onMatchedMachine: false,
        portalUrl: `https://security.microsoft.com/alerts/${id}?tid=${TENANT_ID}`,
      },
    ],
    evidence: [evidenceOf(asked.endpoint)],
  };
}

const byId = {
  kind: 'machine',
  value: MACHINE_ID,
  path: 'indicators[0].machineId',
  endpoint: 'machines/{id}',
  by: 'machineId' as const,
};
const host = { kind: 'host', value: 'srv-payroll-02.contoso.com', path: 'indicators[1].host' };

export const request = {
  completed: {
    requestId: REQUEST_ID,
    status: 'completed',
    total: 1,
    done: 1,
    results: [machineRecord(byId)],
    pending: [],
    ignored: [],
    leftOut: [],
    statusUrl: null,
  },
  running: {
    requestId: REQUEST_ID,
    status: 'running',
    total: 2,
    done: 1,
    results: [machineRecord(byId, 1, 2)],
    pending: [{ position: 2, indicator: indicatorOf(host), notBefore: '2026-11-21T08:16:00.000Z' }],
    ignored: [],
    leftOut: [
      { value: 'n/a', path: 'indicators[2]', reason: { code: 'entry.empty', message: '…' } },
    ],
    statusUrl: STATUS_URL,
  },
  /** Of a question that has no slot in time. */
  accepted: {
    requestId: REQUEST_ID,
    status: 'running',
    total: 1,
    done: 0,
    results: [],
    pending: [{ position: 1, indicator: indicatorOf(host), notBefore: '2026-11-21T08:16:00.000Z' }],
    ignored: [],
    leftOut: [],
    statusUrl: STATUS_URL,
  },
};

export const machinePage = {
  value: [machine],
  returned: 1,
  nextSkip: 1,
  evidence: [evidenceOf('machines')],
};
export const ingested = { requestId: REQUEST_ID, leftOut: [] };
export const inventoryRun = {
  runId: RUN_ID,
  statusUrl: 'https://enricher.contoso.com/api/status',
};

const file = { path: 'inventory/v1/latest/devices.ndjson.gz', format: 'ndjson', rows: 250 };
export const manifest = {
  schemaVersion: '1.0',
  runId: RUN_ID,
  tenantId: TENANT_ID,
  slot: AT,
  startedAt: AT,
  completedAt: AT,
  complete: true,
  warnings: [],
  source: { filter: null, pages: 2, calls: 2, throttled: 0, overlapsChecked: 1, rewinds: 0 },
  files: [
    {
      ...file,
      bytes: 48_211,
      sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    },
  ],
  counts: {
    total: 250,
    byOsPlatform: { Windows11: 250 },
    byRiskScore: { Low: 250 },
    byExposureLevel: { Low: 250 },
    byHealthStatus: { Active: 250 },
    byOnboardingStatus: { Onboarded: 250 },
  },
  previousRunId: null,
  delta: { new: 250, changed: 0, retired: 0 },
};

const well = (name: string) => ({ name, status: 'ok', code: null, detail: null, tookMs: 4 });
const failed = {
  name: 'storage',
  status: 'failed',
  code: 'health.timeout',
  detail: null,
  tookMs: 5_000,
};
export const health = {
  ok: {
    status: 'ok',
    checkedAt: AT,
    dependencies: ['storage', 'broker', 'token', 'defender', 'quota'].map(well),
  },
  unavailable: {
    status: 'unavailable',
    checkedAt: AT,
    dependencies: [failed, ...['broker', 'token', 'defender', 'quota'].map(well)],
  },
};

const endpoint = {
  minute: { limit: 100, used: 3, left: 97 },
  hour: { limit: 1500, used: 412, left: 1088 },
  nextSlotAt: { interactive: AT, normal: AT },
  coolDown: null,
  breaker: null,
  throttles: 0,
  lastThrottledAt: null,
  waiting: { interactive: 0, retry: 0, http: 0, high: 0, normal: 7, low: 0, inventory: 0 },
  pendingSettings: [],
};
export const status = {
  asOf: AT,
  warnings: [],
  quotaScope: 'endpoint',
  endpoints: Object.fromEntries(ENDPOINT_IDS.map((id) => [id, endpoint])),
  queues: { lookups: { active: 0, scheduled: 7, deadLettered: 0 } },
  token: {
    issuedAt: AT,
    ageMs: 720_000,
    roles: ['Machine.Read.All'],
    note: 'A role granted since then is not in it, and the platform may go on handing out the old roles for up to 24 hours.',
  },
  cache: { asked: 40, hits: 31, hitRate: 0.775 },
  recentLookups: [
    {
      at: AT,
      lookupId: LOOKUP_ID,
      generation: 0,
      channel: 'http',
      kind: 'ip',
      outcome: 'found',
      reasonCode: null,
      machineCount: 1,
      tookMs: 212,
    },
  ],
  lastInventory: {
    runId: RUN_ID,
    status: 'running',
    slot: AT,
    startedAt: AT,
    completedAt: null,
    nextAt: AT,
    machines: 30_000,
    calls: 4,
    throttled: 0,
    waits: 1,
    reasonCode: null,
    warnings: [],
  },
  unreadable: [],
};

export const problem = {
  type: 'about:blank',
  title: 'Too Many Requests',
  status: 429,
  code: 'quota.noSlot',
  detail: "Defender's quota has no slot in time. Retry-After says when the next one is.",
  correlationId: '59625b0b-8f5e-4c0e-9d6b-1f2a3b4c5d6e',
  retryAfterSeconds: 17,
};
