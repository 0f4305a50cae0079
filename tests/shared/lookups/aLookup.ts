import type { DefenderAnswer, ListNotes, Machine } from '../../../shared/defender/DefenderAnswer';
import type { Lookup, Subject } from '../../../shared/lookups/Lookup';
import type { AnsweredStep, Progress, UnansweredStep } from '../../../shared/calls/Progress';
import { STEP_ENDPOINTS, type StepName } from '../../../shared/calls/steps';
import { ipScope } from '../../../shared/indicators/ipScope';
import { KINDS } from '../../../shared/kinds/kinds';
import type { IndicatorKind } from '../../../shared/indicators/Indicator';

export const NOW = Date.parse('2026-11-20T08:15:00.000Z');

const TTL_MS = 300_000;
/** For the settings: five minutes each, one for what was not seen. */
export const CACHE_TTL_MS = {
  findByIp: TTL_MS,
  findByPastIp: TTL_MS,
  ipAlerts: TTL_MS,
  fileMachines: TTL_MS,
  file: TTL_MS,
  alertMachine: TTL_MS,
  alerts: TTL_MS,
  machine: TTL_MS,
  machines: TTL_MS,
  notSeen: 60_000,
};

/** A lookup of `value`, received at `NOW` and seen then, as its indicator said. */
export function aLookup(
  kind: IndicatorKind,
  value: string,
  changes: Partial<Omit<Lookup, 'subject'>> & { readonly subject?: Partial<Subject> } = {},
): Lookup {
  const parsed = KINDS[kind].parse(value);
  if (!parsed.ok) throw new Error(parsed.problem.code);
  const { indicator } = parsed;
  const { subject, ...rest } = changes;
  return {
    id: `l_${'1'.repeat(40)}`,
    tenantId: 't1',
    request: {
      id: `r_${'1'.repeat(40)}`,
      source: 'siem',
      channel: 'queue',
      eventId: null,
      messageId: 'm1',
      correlationId: 'c1',
      receivedAt: NOW,
      context: {},
      contextCut: false,
      ignored: [],
      leftOutCount: 0,
    },
    position: 1,
    of: 1,
    replyTo: 'queue',
    priority: 'normal',
    asks: 'all',
    expiresAt: NOW + 86_400_000,
    maxAgeMs: null,
    indicator,
    ...rest,
    subject: {
      kind,
      value: indicator.value,
      original: value,
      ref: null,
      path: 'indicators[0]',
      scope: indicator.kind === 'ip' ? ipScope(indicator, []) : null,
      observedAt: NOW,
      observedAtFrom: 'indicator',
      observedAtGiven: null,
      zoneAssumed: false,
      alternatives: [],
      also: [],
      ...subject,
    },
  };
}

/** A kind and a value of it. */
export type KindAndValue = readonly [kind: IndicatorKind, value: string];

/** Other values of the same thing. */
export const alternatives = (...others: readonly KindAndValue[]): Subject['alternatives'] =>
  others.map(([kind, value], index) => ({
    kind,
    value,
    path: `indicators[0].alternatives[${index}]`,
    observedAt: NOW,
    tried: false,
  }));

export function anAnswer(changes: Partial<DefenderAnswer> = {}): DefenderAnswer {
  return { status: 200, machines: [], alerts: [], file: null, correlationId: null, ...changes };
}

export function listNotes(changes: Partial<ListNotes> = {}): ListNotes {
  const odd = { skippedAt: [], mistypedAt: [], unclearAt: [] };
  return { total: null, ...odd, hasNext: false, ...changes };
}

export const notFound: DefenderAnswer = anAnswer({ status: 404 });

/** Machine ids are 40 hexadecimal digits; tests name them by one. */
export const machineId = (digit: string): string => digit.repeat(40);

export function aMachine(id: string, changes: Partial<Machine> = {}): Machine {
  const lastSeen = new Date(NOW - 3_600_000).toISOString();
  return { id, lastSeen, onboardingStatus: 'Onboarded', healthStatus: 'Active', ...changes };
}

export function answeredStep(step: StepName, answer: DefenderAnswer): AnsweredStep {
  const call = { calledAt: NOW, fromCache: false, waitedMs: 0 };
  return { step, endpoint: STEP_ENDPOINTS[step], outcome: 'answered', answer, ...call };
}

export function unansweredStep(step: StepName, outcome: UnansweredStep['outcome']): UnansweredStep {
  const reason = { code: `code.${outcome}`, message: '' };
  return { step, endpoint: STEP_ENDPOINTS[step], outcome, reason };
}

export function progressOf(answers: Partial<Record<StepName, DefenderAnswer>>): Progress {
  return Object.entries(answers).map(([step, answer]) => answeredStep(step as StepName, answer)); // its own keys
}
