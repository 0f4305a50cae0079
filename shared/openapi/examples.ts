import { DAY_MS } from '../clock/durations';
import { ENDPOINT_IDS } from '../defender/endpointIds';
import { explainMessage } from '../siem/explainMessage';
import { AT, CORRELATION_ID, REQUEST_ID, TENANT_ID } from './recordExamples';

const LOOKUP_ID = 'l_3f0c9a17d2b84e6f95a1c07e2b6d48f013579bdf';
const RUN_ID = '20261121T021000000Z';

export const ingested = { requestId: REQUEST_ID, requestIds: [REQUEST_ID], leftOut: [] };
export const explained = explainMessage(
  Buffer.from('{"id":"incident-4711","ip":"10.1.0.10","host":"n/a"}'),
  { tenantId: TENANT_ID, internalIpRanges: [], maxAgeMs: DAY_MS },
  Date.parse(AT),
);
export const trace = {
  requests: [
    {
      requestId: REQUEST_ID,
      eventId: 'incident-4711',
      source: 'my-siem',
      format: 'plain',
      receivedAt: AT,
      status: 'running',
      of: 1,
      done: 0,
      records: [],
      leftOutCount: 0,
      lookups: [
        {
          position: 1,
          lookupId: LOOKUP_ID,
          generation: 0,
          kind: 'ip',
          value: '10.1.0.10',
          state: 'waitingForSlot',
          endpoint: 'machines/findbyip',
          nextAt: AT,
          outcome: null,
          reason: null,
          recordId: null,
          quarantineId: null,
          durationsMs: { total: 4_200, waited: null },
        },
      ],
    },
  ],
  keptUntil: '2026-12-07T00:00:00.000Z',
};
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
  source: {
    filter: null,
    pages: 2,
    calls: 2,
    throttled: 0,
    overlapsChecked: 1,
    rewinds: 0,
    walks: 1,
    skippedRows: 0,
    mistypedRows: 0,
  },
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
    byOsPlatformAndRiskScore: { Windows11: { Low: 250 } },
  },
  previousRunId: null,
  delta: { new: 250, changed: 0, retired: 0 },
};

const well = (name: string) => ({
  name,
  status: 'ok',
  code: null,
  detail: `${name}.example:443`,
  checkedAt: AT,
  tookMs: 4,
});
const failed = {
  name: 'storage',
  status: 'down',
  code: 'health.timeout',
  detail: 'storage.example:443',
  checkedAt: AT,
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
  reserve: { minute: 10, hour: 15 },
  agents: {
    minute: { limit: 10, used: 1, left: 9 },
    hour: { limit: 100, used: 12, left: 88 },
  },
  callsPerMinute: Array.from({ length: 60 }, () => 7),
  nextSlotAt: { interactive: AT, normal: AT },
  coolDown: null,
  breaker: null,
  throttles: 0,
  lastThrottledAt: null,
  waiting: { interactive: 0, retry: 0, http: 0, high: 0, normal: 7, low: 0, inventory: 0 },
  pendingSettings: [],
};
const batches = {
  calls: 12,
  questions: 348,
  questionsPerCall: 29,
  droppedRows: 0,
  mostQuestions: 30,
  mostCharacters: 1600,
  off: null,
};

export const status = {
  asOf: AT,
  warnings: [],
  quotaScope: 'endpoint',
  endpoints: Object.fromEntries(ENDPOINT_IDS.map((id) => [id, endpoint])),
  ahead: { everyMs: 1_000, waiting: { normal: [7, 5, 2, 0] } },
  queues: { lookups: { active: 0, scheduled: 7, deadLettered: 0 } },
  batches: { machines: batches, alerts: batches },
  token: {
    issuedAt: AT,
    ageMs: 720_000,
    roles: ['Machine.Read.All'],
    note: 'A role granted since then is not in it, and the platform may go on handing out the old roles for up to 24 hours.',
  },
  cache: { asked: 40, hits: 31, hitRate: 0.775 },
  lastHour: {
    processes: 2,
    records: 420,
    outcomes: { found: 400, notSeen: 20 },
    waitMs: { p50: 40, p95: 2_300 },
    recordsPerFiveMinutes: Array.from({ length: 12 }, () => 35),
    cache: { asked: 610, hits: 250 },
    batches: { calls: 12, questions: 348 },
  },
  recentLookups: [
    {
      at: AT,
      lookupId: LOOKUP_ID,
      generation: 0,
      channel: 'http',
      kind: 'ip',
      value: '10.1.0.10',
      outcome: 'found',
      reasonCode: null,
      match: 'one',
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

export const mcp = {
  message: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'quota_status' } },
  answer: {
    jsonrpc: '2.0',
    id: 1,
    result: {
      content: [{ type: 'text', text: 'machine: 99 calls left this minute, 1480 this hour.' }],
    },
  },
  tokenGuide: {
    resource: 'https://enricher.example/api/mcp',
    resource_name: 'Device enrichment for agents',
    authorization_servers: [
      'https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0',
    ],
    scopes_supported: ['api://enricher/.default'],
    bearer_methods_supported: ['header'],
  },
};

const problemOf = (status: number, title: string, code: string, detail: string) => ({
  type: 'about:blank',
  title,
  status,
  code,
  detail,
  correlationId: CORRELATION_ID,
});

const badParameter = problemOf(400, 'Bad Request', 'request.badParameter', 'maxAge: is not known.');

const unsupported = (detail: string) =>
  problemOf(415, 'Unsupported Media Type', 'request.unsupportedEncoding', detail);

export const problems = {
  noSlot: {
    ...problemOf(
      429,
      'Too Many Requests',
      'quota.noSlot',
      "Defender's quota has no slot in time. Retry-After says when the next one is.",
    ),
    retryAfterSeconds: 17,
  },
  badParameter: { ...badParameter, parameter: 'maxAge' },
  compressed: unsupported('The body is encoded as gzip. Send it as it is.'),
  charset: unsupported('The charset of the body is iso-8859-1. Send it in UTF-8.'),
  foreignOrigin: problemOf(
    403,
    'Forbidden',
    'request.foreignOrigin',
    'The header Origin names another site. Call from a program, or from a page of this app.',
  ),
  unreadable: problemOf(
    422,
    'Unprocessable Content',
    'message.noIndicator',
    'The message names no IP address, file hash, alert id, device id or host name.',
  ),
};
