import type { Environment } from '../../shared/config/AppConfig';
import type { EndpointId } from '../../shared/defender/endpointIds';
import { endpoints } from '../../shared/defender/endpoints';
import type { BulkFlow } from '../../shared/quota/Quota';
import { BULK_FLOWS } from '../../shared/quota/Quota';
import type { Forecast, ForecastEnd } from './forecast/ForecastResult';
import type { Load, UnreadableMessage } from './load/Load';
import type { PlannedLookup } from './load/PlannedLookup';
import type { Change, Scenario } from './Scenario';

/** A plan as `--json` prints it. Instants are ISO 8601. */
export interface PlanReport {
  readonly asOf: string;
  /** Values that cannot be asked for included. */
  readonly lookups: number;
  readonly calls: number;
  /** Of the last answer; null: nothing is answered. */
  readonly finishAt: string | null;
  /** Between which instants it may come; null: nothing is answered. */
  readonly finishBetween: { readonly earliest: string; readonly latest: string } | null;
  /** Lookups that would grow too old. */
  readonly expire: number;
  /** Lookups of an API that has refused the app's rights for too long. */
  readonly denied: number;
  readonly invalid: number;
  /** Messages, and entries of messages, that would be quarantined; the first of them. */
  readonly unreadableCount: number;
  readonly unreadable: readonly { readonly place: string; readonly code: string }[];
  readonly byFlow: readonly FlowReport[];
  readonly byEndpoint: readonly EndpointReport[];
  /** Answers so far. */
  readonly curve: readonly { readonly at: string; readonly answered: number }[];
  readonly whatIf: readonly WhatIfReport[];
  /** What the plan cannot know. */
  readonly notKnown: readonly string[];
  /** Of each lookup that can be asked for, in order; only with `--each`. */
  readonly each?: readonly EachReport[];
}

export interface FlowReport {
  readonly flow: BulkFlow;
  readonly lookups: number;
  readonly firstAt: string | null;
  readonly medianAt: string | null;
  readonly finishAt: string | null;
  readonly expire: number;
}

export interface EndpointReport {
  readonly endpoint: EndpointId;
  /** As records name it. */
  readonly label: string;
  readonly calls: number;
  readonly lastCallAt: string;
}

export interface WhatIfReport {
  readonly change: string;
  readonly calls: number;
  readonly finishAt: string | null;
  readonly expire: number;
}

export interface EachReport {
  readonly kind: string;
  readonly value: string;
  readonly flow: BulkFlow;
  readonly outcome: ForecastEnd['outcome'];
  readonly at: string;
  readonly inSeconds: number;
}

/** A change and what it is called. */
export interface WhatIf {
  readonly label: string;
  readonly change: Change;
  /** Those that it changes, by name. */
  readonly settings: Environment;
}

export interface ReportOptions {
  readonly scenario: Scenario;
  readonly load: Load;
  readonly whatIfs: readonly WhatIf[];
  readonly each: boolean;
  /** Unix ms. */
  readonly now: number;
}

const CURVE_POINTS = 60;
const MAX_UNREADABLE = 20;
const NOT_KNOWN = [
  'answers in the cache: what was asked lately takes no call, and the night ends earlier',
  'what else is asked meanwhile: HTTP lookups, other messages, the inventory, another product under the same application',
  'what Defender answers: each lookup is planned as if one machine were found, and the row "nothing is found" as if none were',
  '429s, failures and their waits, rechecks, and how fast messages are taken in: seconds at the start, and in how well batches are filled',
];

/** Works the plan out, and each change of it. */
export function makeReport({ scenario, load, whatIfs, each, now }: ReportOptions): PlanReport {
  const lookups = scenario.lookups('found');
  const planned = scenario.forecast();
  const { ends, finish } = planned;
  const answeredAt = timesOf(ends);
  return {
    asOf: iso(now),
    lookups: lookups.length + load.invalid,
    ...totals(planned),
    finishBetween: finish && { earliest: iso(finish.earliestAt), latest: iso(finish.latestAt) },
    denied: count(ends, 'denied'),
    invalid: load.invalid,
    unreadableCount: load.unreadable.length,
    unreadable: load.unreadable.slice(0, MAX_UNREADABLE).map(toUnreadable),
    byFlow: flowsOf(lookups, ends),
    byEndpoint: [...planned.endpoints].map(([endpoint, { calls, lastCallAt }]) => ({
      endpoint,
      label: endpoints[endpoint].label,
      calls,
      lastCallAt: iso(lastCallAt),
    })),
    curve: curveOf(answeredAt, { now, atOnce: load.invalid }),
    whatIf: whatIfs.map(({ label, change }) => ({
      change: label,
      ...totals(scenario.forecast(change)),
    })),
    notKnown: NOT_KNOWN,
    ...(each && { each: eachOf(load, lookups, ends, now) }),
  };
}

const toUnreadable = ({ place, reason: { code } }: UnreadableMessage) => ({ place, code });
const iso = (at: number): string => new Date(at).toISOString();
const count = (ends: readonly ForecastEnd[], outcome: ForecastEnd['outcome']): number =>
  ends.reduce((sum, end) => sum + Number(end.outcome === outcome), 0);

/** When answers come, ascending. */
const timesOf = (ends: readonly ForecastEnd[]): Float64Array =>
  Float64Array.from(ends.flatMap((end) => (end.outcome === 'answered' ? [end.at] : []))).sort();

function totals({ ends, endpoints, finish }: Forecast): Omit<WhatIfReport, 'change'> {
  return {
    calls: [...endpoints.values()].reduce((sum, { calls }) => sum + calls, 0),
    finishAt: finish && iso(finish.at),
    expire: count(ends, 'expired'),
  };
}

function flowsOf(
  lookups: readonly PlannedLookup[],
  ends: readonly ForecastEnd[],
): readonly FlowReport[] {
  const byFlow = new Map<BulkFlow, ForecastEnd[]>(BULK_FLOWS.map((flow) => [flow, []]));
  lookups.forEach(({ flow }, index) => {
    const end = ends[index];
    if (end) byFlow.get(flow)?.push(end);
  });
  return [...byFlow].flatMap(([flow, own]) => {
    if (own.length === 0) return [];
    const times = timesOf(own);
    const at = (index: number): string | null => {
      const time = times.at(index);
      return time === undefined ? null : iso(time);
    };
    const medianAt = at(Math.floor((times.length - 1) / 2));
    const expire = count(own, 'expired');
    return [{ flow, lookups: own.length, firstAt: at(0), medianAt, finishAt: at(-1), expire }];
  });
}

function curveOf(
  answeredAt: Float64Array,
  { now, atOnce }: { readonly now: number; readonly atOnce: number },
): PlanReport['curve'] {
  const points = Math.min(CURVE_POINTS, answeredAt.length);
  const curve = [{ at: iso(now), answered: atOnce }];
  for (let point = 1; point <= points; point += 1) {
    const answered = Math.round((point / points) * answeredAt.length);
    curve.push({ at: iso(answeredAt[answered - 1] ?? now), answered: answered + atOnce });
  }
  return curve;
}

function eachOf(
  { waiting }: Load,
  lookups: readonly PlannedLookup[],
  ends: readonly ForecastEnd[],
  now: number,
): readonly EachReport[] {
  return waiting.flatMap(({ lookup: { indicator } }, index) => {
    const [planned, end] = [lookups[index], ends[index]];
    if (!planned || !end) return [];
    const { kind, value } = indicator;
    const { outcome, at } = end;
    const inSeconds = Math.round((at - now) / 1_000);
    return [{ kind, value, flow: planned.flow, outcome, at: iso(at), inSeconds }];
  });
}
