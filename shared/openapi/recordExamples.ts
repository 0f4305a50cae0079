import type { AnsweredStep } from '../calls/Progress';
import { DAY_MS } from '../clock/durations';
import { STEP_ENDPOINTS, type StepName } from '../calls/steps';
import type { DefenderAnswer } from '../defender/DefenderAnswer';
import type { IndicatorKind } from '../indicators/Indicator';
import { machine as machineKind } from '../kinds/machine';
import type { Lookup } from '../lookups/Lookup';
import { requestId } from '../messaging/ids';
import { buildRecord, toEvidence, toRecordIndicator } from '../records/buildRecord';
import type { EnrichmentRecord } from '../records/EnrichmentRecord';
import { toSiemRequest } from '../requests/toSiemRequest';
import { toLookups } from '../siem/toLookups';

/** Of the sample fleet of the local run. */
export const MACHINE_ID = machineKind.routes[0].parameter.example;
export const POLL_ID = 'p_oY1cAEMEJ6_0DGc12RysGzzulqpaR8qOxyxfZZnXHYo';
export const TENANT_ID = '7c1f0a52-6f0b-4f55-9d0a-1b7c36ad3e10';
export const REQUEST_ID = requestId(['http', POLL_ID], []);
export const AT = '2026-11-21T08:15:00.000Z';
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

interface Asked {
  readonly kind: IndicatorKind;
  readonly value: string;
  readonly path: string;
  /** When the value was seen (Unix ms); null: the question gives no time. */
  readonly at: number | null;
  /** The call that answers it. */
  readonly step: StepName;
}

/** Unix ms. */
export const SEEN_AT = Date.parse('2026-11-21T07:50:00Z');
const RECEIVED_AT = Date.parse(AT);
export const CORRELATION_ID = '59625b0b-8f5e-4c0e-9d6b-1f2a3b4c5d6e';
const ARRIVAL = {
  channel: 'http',
  replyTo: 'request',
  messageId: null,
  correlationId: CORRELATION_ID,
  receivedAt: RECEIVED_AT,
  arrivalId: ['http', POLL_ID],
  ingestCaller: null,
} as const;
const SETTINGS = { tenantId: TENANT_ID, internalIpRanges: [], maxAgeMs: DAY_MS };

function lookupOf({ kind, value, path, at }: Asked): Lookup {
  const question = { kind, text: value, path, at, asks: 'all', maxAgeMs: null } as const;
  const [lookup] = toLookups(toSiemRequest(question), ARRIVAL, SETTINGS).lookups;
  if (!lookup) throw new TypeError(`Cannot make an example of ${kind} ${value}`);
  return lookup;
}

function stepOf(step: StepName, found: Partial<DefenderAnswer>): AnsweredStep {
  const nothing = {
    status: 200,
    machines: [],
    alerts: [],
    file: null,
    correlationId: null,
  } as const;
  return {
    step,
    endpoint: STEP_ENDPOINTS[step],
    outcome: 'answered',
    answer: { ...nothing, ...found },
    calledAt: RECEIVED_AT,
    fromCache: false,
    waitedMs: 12,
  };
}

/** The record that the app makes of an answer. */
function recordOf(lookup: Lookup, step: AnsweredStep): EnrichmentRecord {
  const settings = { portalOrigin: 'https://security.microsoft.com' };
  return buildRecord(lookup, [step], settings, {
    generation: 0,
    final: true,
    now: RECEIVED_AT + 212,
  });
}

/** A record that names one machine. */
export const machineRecord = (asked: Asked, of = 1): EnrichmentRecord =>
  recordOf({ ...lookupOf(asked), of }, stepOf(asked.step, { machines: [machine] }));

/** A record that names an alert and no machine. */
export const alertRecord = (asked: Asked): EnrichmentRecord =>
  recordOf(
    lookupOf(asked),
    stepOf(asked.step, {
      alerts: [
        {
          id: 'da637472900382838869_1364969609',
          machineId: MACHINE_ID,
          severity: 'Medium',
          status: 'New',
        },
      ],
    }),
  );

const byId: Asked = {
  kind: 'machine',
  value: MACHINE_ID,
  path: 'indicators[0].machineId',
  at: null,
  step: 'machine',
};
const pending = {
  position: 2,
  indicator: toRecordIndicator(
    lookupOf({
      kind: 'host',
      value: 'srv-payroll-02.contoso.com',
      path: 'indicators[1].host',
      at: null,
      step: 'host',
    }).subject,
  ),
  notBefore: '2026-11-21T08:16:00.000Z',
};

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
    results: [machineRecord(byId, 2)],
    pending: [pending],
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
    pending: [{ ...pending, position: 1 }],
    ignored: [],
    leftOut: [],
    statusUrl: STATUS_URL,
  },
};

export const machinePage = {
  value: [machine],
  returned: 1,
  nextSkip: 1,
  evidence: [toEvidence(stepOf('machineList', {}), RECEIVED_AT)],
};
