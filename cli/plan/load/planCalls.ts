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

/** The lookup with all calls that it still takes, by the plan of its kind. */
export function planCalls(waiting: WaitingLookup, options: PlanCallsOptions): PlannedLookup {
  const { lookup, progress, isNew, asksAt, ticket, batch } = waiting;
  const { settings } = options;
  const calls: PlannedCall[] = [];
  let soFar: Progress = progress;
  const first = nextStep(lookup, progress, settings);
  for (let next = first; next; next = nextStep(lookup, soFar, settings)) {
    calls.push(toCall(next, options));
    soFar = [...soFar, answerTo(next, lookup, options)];
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

function toCall(planned: PlannedStep, options: PlanCallsOptions): PlannedCall {
  const { query } = planned;
  const call = { ...callFor(query, options), list: listOf(planned) };
  return call.list === null ? call : { ...call, afterBatch: afterBatch(call, options) };
}

function callFor(query: DefenderQuery, { cacheTtlMs, now }: PlanCallsOptions): PlannedCall {
  const isShared = cacheTtlMs[cacheTimeOf(query, now)] > 0;
  return { query, key: queryKey(query), isShared, list: null, afterBatch: null };
}

/** A list cannot show that an id does not exist, and that of alerts names a machine without describing it. */
function afterBatch(call: PlannedCall, options: PlanCallsOptions): PlannedCall | null {
  const { query } = call;
  if (query.endpoint === 'machines') return null;
  if (options.assume === 'notSeen') return { ...call, isShared: false, list: null };
  if (query.endpoint !== 'alertMachine') return null;
  const id = MachineId.parse(createHash('sha1').update(query.alertId.value).digest('hex'));
  if (!id.ok) return null;
  return { ...callFor({ endpoint: 'machine', id: id.indicator }, options), list: 'machines' };
}

function answerTo(
  { step, query }: PlannedStep,
  lookup: Lookup,
  { assume, now }: PlanCallsOptions,
): AnsweredStep {
  const { endpoint } = query;
  const answer = assume === 'found' ? foundBy(lookup, endpoints[endpoint].answers, now) : NOT_SEEN;
  const call = { calledAt: now, fromCache: false, waitedMs: 0 };
  return { step, endpoint, outcome: 'answered', answer, ...call };
}

const NOT_SEEN: DefenderAnswer = {
  status: 404,
  machines: [],
  alerts: [],
  file: null,
  correlationId: null,
};
const ANY_ID = '1'.repeat(40);

/** One machine in service that bears what was asked for. */
function foundBy(
  { indicator: { kind, value } }: Lookup,
  answers: 'machines' | 'machine' | 'alerts' | 'file',
  now: number,
): DefenderAnswer {
  const machine: Machine = {
    id: kind === 'machine' ? value : ANY_ID,
    lastSeen: new Date(now).toISOString(),
    healthStatus: 'Active',
    onboardingStatus: 'Onboarded',
    ...(kind === 'host' && { computerDnsName: value }),
    ...(kind === 'ip' && { lastIpAddress: value }),
  };
  const hasMachine = answers === 'machine' || answers === 'machines';
  return {
    ...NOT_SEEN,
    status: 200,
    machines: hasMachine ? [machine] : [],
    file: answers === 'file' ? { sha1: ANY_ID } : null,
  };
}
