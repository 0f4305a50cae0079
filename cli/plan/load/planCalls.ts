import { createHash } from 'node:crypto';
import { listOf } from '../../../shared/batches/batchQuery';
import type { AnsweredStep, Progress } from '../../../shared/calls/Progress';
import type { PlannedStep } from '../../../shared/calls/steps';
import type { AppConfig } from '../../../shared/config/AppConfig';
import { cacheTimeOf } from '../../../shared/defender/cacheTimes';
import type { DefenderAnswer, Machine } from '../../../shared/defender/DefenderAnswer';
import type { DefenderQuery } from '../../../shared/defender/DefenderQuery';
import { endpoints, queryKey } from '../../../shared/defender/endpoints';
import { MachineId } from '../../../shared/indicators/MachineId';
import type { PlanSettings } from '../../../shared/kinds/Kind';
import type { Lookup } from '../../../shared/lookups/Lookup';
import { callsLeft, nextStep } from '../../../shared/lookups/plans';
import type { PlannedCall, PlannedLookup, WaitingLookup } from './PlannedLookup';

/** What Defender is assumed to answer: one machine in service to every question, or that there is none. */
export type Assumption = 'found' | 'notSeen';

export interface PlanCallsOptions {
  readonly assume: Assumption;
  readonly settings: PlanSettings;
  readonly cacheTtlMs: AppConfig['cacheTtlMs'];
  /** Unix ms. */
  readonly now: number;
}

/** The lookups with all calls that each still takes, by the plan of its kind. */
export function planCalls(
  waiting: readonly WaitingLookup[],
  options: PlanCallsOptions,
): readonly PlannedLookup[] {
  const planning = { ...options, numbers: new Map<string, number>(), found: foundAt(options.now) };
  return waiting.map((each) => planLookup(each, planning));
}

interface Planning extends PlanCallsOptions {
  /** Of calls that are the same, by their keys: a number is all that a hundred thousand lookups have to keep. */
  readonly numbers: Map<string, number>;
  readonly found: Machine;
}

function planLookup(waiting: WaitingLookup, planning: Planning): PlannedLookup {
  const { lookup, progress, isNew, asksAt, ticket, batch } = waiting;
  const { settings } = planning;
  const calls: PlannedCall[] = [];
  let soFar: Progress = progress;
  const first = nextStep(lookup, progress, settings);
  for (let next = first; next; next = nextStep(lookup, soFar, settings)) {
    calls.push(toCall(next, planning));
    soFar = [...soFar, answerTo(next, lookup, planning)];
  }
  return {
    calls,
    callsLeft: first && isNew ? callsLeft(lookup, progress, first, settings) : 1,
    flow: lookup.replyTo === 'request' ? 'http' : lookup.priority,
    expiresAt: lookup.expiresAt,
    isNew,
    asksAt,
    ticket,
    batch,
  };
}

function toCall(planned: PlannedStep, planning: Planning): PlannedCall {
  const { query } = planned;
  const list = listOf(planned);
  const shared = numberOf(query, planning);
  return { query, shared, list, afterBatch: list && afterBatch(query, planning) };
}

/** Null: answers to the call are not kept. */
function numberOf(query: DefenderQuery, { cacheTtlMs, now, numbers }: Planning): number | null {
  if (cacheTtlMs[cacheTimeOf(query, now)] <= 0) return null;
  const key = queryKey(query);
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, numbers.size);
  return numbers.size - 1;
}

/** A list cannot show that an id does not exist, and that of alerts names a machine without describing it. */
function afterBatch(query: DefenderQuery, planning: Planning): PlannedCall | null {
  if (query.endpoint === 'machines') return null;
  if (planning.assume === 'notSeen') return { query, shared: null, list: null, afterBatch: null };
  if (query.endpoint !== 'alertMachine') return null;
  const id = MachineId.parse(createHash('sha1').update(query.alertId.value).digest('hex'));
  if (!id.ok) return null;
  const machine = { endpoint: 'machine', id: id.indicator } as const;
  const shared = numberOf(machine, planning);
  return { query: machine, shared, list: 'machines', afterBatch: null };
}

function answerTo(
  { step, query: { endpoint } }: PlannedStep,
  lookup: Lookup,
  { assume, found, now }: Planning,
): AnsweredStep {
  const { answers } = endpoints[endpoint];
  const answer = assume === 'found' ? foundBy(lookup, answers, found) : NOT_SEEN;
  return {
    step,
    endpoint,
    outcome: 'answered',
    answer,
    calledAt: now,
    fromCache: false,
    waitedMs: 0,
  };
}

const NOT_SEEN: DefenderAnswer = {
  status: 404,
  machines: [],
  alerts: [],
  file: null,
  correlationId: null,
};
const FOUND: DefenderAnswer = { ...NOT_SEEN, status: 200 };
const ANY_ID = '1'.repeat(40);

/** One in service. */
const foundAt = (now: number): Machine => ({
  id: ANY_ID,
  lastSeen: new Date(now).toISOString(),
  healthStatus: 'Active',
  onboardingStatus: 'Onboarded',
});

/** The machine bears what was asked for. */
function foundBy(
  { indicator: { kind, value } }: Lookup,
  answers: 'machines' | 'machine' | 'alerts' | 'file',
  found: Machine,
): DefenderAnswer {
  if (answers === 'alerts') return FOUND;
  if (answers === 'file') return { ...FOUND, file: { sha1: ANY_ID } };
  const machine: Machine = {
    ...found,
    ...(kind === 'machine' && { id: value }),
    ...(kind === 'host' && { computerDnsName: value }),
    ...(kind === 'ip' && { lastIpAddress: value }),
  };
  return { ...FOUND, machines: [machine] };
}
