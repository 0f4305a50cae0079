import { z } from 'zod';

/** What callers can rely on in answers; more fields may come, so nothing here is closed. */
const reason = z.looseObject({ code: z.string(), message: z.string() }).nullable();
const evidence = z.array(
  z.looseObject({
    endpoint: z.string(),
    status: z.int(),
    calledAt: z.string(),
    fromCache: z.boolean(),
    ageMs: z.int(),
  }),
);
const machine = z.looseObject({
  id: z.string(),
  computerDnsName: z.string().nullish(),
  riskScore: z.string().nullish(),
  exposureLevel: z.string().nullish(),
});
const indicator = z.looseObject({
  kind: z.string(),
  value: z.string(),
  original: z.string(),
  ref: z.string().nullable(),
});

export const recordAnswer = z.looseObject({
  id: z.string(),
  lookupId: z.string(),
  final: z.boolean(),
  indicator,
  outcome: z.enum(['found', 'notSeen', 'invalid', 'expired', 'denied', 'failed']),
  reason,
  summary: z.looseObject({
    match: z.enum(['none', 'one', 'many']),
    machineId: z.string().nullable(),
    machineCount: z.int(),
    alertCount: z.int(),
    highestRiskScore: z.string().nullable(),
    highestExposureLevel: z.string().nullable(),
  }),
  machines: z.array(z.looseObject({ machine, portalUrl: z.string() })),
  alerts: z.array(z.looseObject({ alert: z.looseObject({ id: z.string() }) })),
  enrichedAt: z.string(),
});

export const requestAnswer = z.looseObject({
  requestId: z.string(),
  status: z.enum(['running', 'completed']),
  total: z.int(),
  done: z.int(),
  results: z.array(recordAnswer),
  pending: z.array(z.looseObject({ position: z.int(), indicator, notBefore: z.string() })),
  statusUrl: z.string().nullable(),
});

export const machinesAnswer = z.looseObject({
  value: z.array(machine),
  returned: z.int(),
  nextSkip: z.int().nullable(),
  evidence,
});

export const problemAnswer = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  correlationId: z.string(),
});

export const anyAnswer = z.looseObject({});
