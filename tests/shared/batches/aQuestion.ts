import type { BatchAnswer, Member, Question } from '../../../shared/batches/Question';
import { FIRST_TRIAL, type StepAttempt } from '../../../shared/calls/StepAttempt';
import type { IndicatorKind } from '../../../shared/indicators/Indicator';
import { nextStep } from '../../../shared/lookups/plans';
import type { PlannedStep } from '../../../shared/calls/steps';
import type { Ticket, TicketRequest } from '../../../shared/quota/Quota';
import { aLookup, machineId, NOW } from '../lookups/aLookup';

const DAY_MS = 86_400_000;
const PLAN = { internalIpRanges: [], ipAlerts: true, ipLastKnown: true };

export const LIST_TICKET: Ticket = {
  endpoint: 'machines',
  epoch: 'e',
  ordinal: 7,
  lane: 'bulk',
  flow: 'normal',
};

export function firstStep(kind: IndicatorKind, value: string): PlannedStep {
  const planned = nextStep(aLookup(kind, value), [], PLAN);
  if (!planned) throw new TypeError(`Nothing is asked about ${value}`);
  return planned;
}

/** A question from the queue about a device, that has not been asked before. */
export function aQuestion({
  planned = firstStep('machine', machineId('a')),
  state = {},
  ...changes
}: Partial<Omit<Question, 'state'>> & { readonly state?: Partial<StepAttempt> } = {}): Question {
  const { endpoint } = planned.query;
  const expiresAt = NOW + DAY_MS;
  const request: TicketRequest = {
    lane: 'bulk',
    endpoint,
    flow: 'normal',
    expiresAt,
    admission: { callsLeft: 1 },
  };
  return {
    planned,
    request,
    holdMs: 4_000,
    mayCall: true,
    hasWaited: false,
    startedAt: NOW,
    ...changes,
    state: {
      ...FIRST_TRIAL,
      request: () => request,
      holder: { owner: '', deliveredAs: null, isWaiting: false },
      requestId: 'r_1',
      isDeniedAtOnce: false,
      freshSinceAt: NOW,
      maxAgeMs: null,
      expiresAt,
      deadlineAt: NOW + 60_000,
      ...state,
    },
  };
}

/** What its asker was told. */
export interface ToldMember extends Member {
  readonly told: readonly BatchAnswer[];
}

export function aMember(question = aQuestion(), changes: Partial<Member> = {}): ToldMember {
  const told: BatchAnswer[] = [];
  const tell = (answer: BatchAnswer): void => void told.push(answer);
  return { question, tell, fail: () => undefined, told, ...changes };
}
