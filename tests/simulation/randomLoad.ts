import { SeededRandom } from '../../local/SeededRandom';
import { DEFAULTS } from '../../local/simulation/calendarConfigs';
import { planCalls, type Assumption } from '../../cli/plan/load/planCalls';
import { forecast } from '../../cli/plan/forecast/forecast';
import { HOUR_MS } from '../../shared/clock/durations';
import type { DefenderAnswer, Machine } from '../../shared/defender/DefenderAnswer';
import type { DefenderQuery } from '../../shared/defender/DefenderQuery';
import { matchesFilter } from '../../shared/defender/matchesFilter';
import type { IndicatorKind } from '../../shared/indicators/Indicator';
import { PRIORITIES, type Lookup } from '../../shared/lookups/Lookup';
import { lookupId, requestId } from '../../shared/messaging/ids';
import type { CalendarConfig } from '../../shared/quota/calendar/CalendarConfig';
import { aLookup, aMachine, anAnswer, CACHE_TTL_MS, notFound } from '../shared/lookups/aLookup';
import { calendarOf, START, times } from '../shared/quota/calendar/fixtures';
import { runLookups, type LookupsReport } from './runLookups';

/** A load and the settings under which it is answered. */
export interface RandomLoad {
  readonly seed: number;
  readonly instances: number;
  readonly values: readonly { readonly kind: IndicatorKind; readonly value: string }[];
  readonly priorities: readonly Lookup['priority'][];
  readonly assume: Assumption;
  readonly asks: { readonly ipAlerts: boolean; readonly ipLastKnown: boolean };
  readonly batchMaxQuestions: number;
  readonly config: CalendarConfig;
}

const VALUES: Readonly<Record<IndicatorKind, (index: number) => string>> = {
  ip: (index) => `10.1.${index >> 8}.${index & 255}`,
  host: (index) => `ws-${index}.contoso.com`,
  machine: (index) => `1${index.toString(16).padStart(39, '0')}`,
  alert: (index) => `da${String(index).padStart(18, '6')}_${index}`,
  file: (index) => `2${index.toString(16).padStart(39, '0')}`,
};
const KINDS = Object.keys(VALUES) as readonly IndicatorKind[]; // its own keys

/** Of more lookups than an hour has calls; the same for the same seed. */
export function randomLoad(seed: number): RandomLoad {
  const random = new SeededRandom(seed);
  const whole = (least: number, most: number) =>
    least + Math.floor(random.next() * (most - least + 1));
  const oneOf = <T>(choices: readonly [T, ...T[]]): T =>
    choices[whole(0, choices.length - 1)] ?? choices[0];
  const weights = KINDS.map(() => random.next() ** 2);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const kindOf = (share: number): IndicatorKind => {
    let left = share * total;
    return KINDS.find((_, index) => (left -= weights[index] ?? 0) < 0) ?? 'ip';
  };
  const perMinute = whole(20, 60);
  const perHour = perMinute * whole(3, 6);
  const count = whole(2 * perHour, 4 * perHour);
  // Some are about the same value.
  const distinct = Math.ceil(count * (0.7 + 0.3 * random.next()));
  const reservePerMinute = whole(0, Math.floor(perMinute / 5));
  return {
    seed,
    instances: whole(1, 4),
    values: times(count, (index) => {
      const kind = kindOf(random.next());
      return { kind, value: VALUES[kind](index % distinct) };
    }),
    priorities: times(count, () => oneOf(PRIORITIES)),
    assume: oneOf<Assumption>(['found', 'notSeen']),
    asks: { ipAlerts: random.next() < 0.5, ipLastKnown: random.next() < 0.5 },
    batchMaxQuestions: oneOf([1, 5, 30]),
    config: {
      ...DEFAULTS,
      perMinute,
      perHour,
      reservePerMinute,
      reservePerHour: reservePerMinute,
      bulkPerTenMinutes: oneOf([0, Math.ceil(perHour / 5)]),
    },
  };
}

function lookupOf({ values, priorities }: RandomLoad, index: number, receivedAt: number): Lookup {
  const { kind, value } = values[index] ?? { kind: 'ip', value: '10.0.0.1' };
  const lookup = aLookup(kind, value, {
    id: lookupId([String(index)]),
    priority: priorities[index] ?? 'normal',
    expiresAt: receivedAt + 36 * HOUR_MS,
  });
  const { request, subject } = lookup;
  return {
    ...lookup,
    request: { ...request, id: requestId([String(index)], []), receivedAt },
    subject: { ...subject, observedAt: receivedAt },
  };
}

/** In seconds after the first lookup came. */
export interface Prediction {
  readonly seconds: number;
  readonly earliest: number;
  readonly latest: number;
}

/** How far an end lies outside what was predicted, as a share of it; 0: inside. */
export function missedBy({ earliest, latest }: Prediction, seconds: number): number {
  return Math.max(0, earliest / seconds - 1, 1 - latest / seconds);
}

/** When the last lookup would be answered, in seconds after the first came, and between which times it may. */
export function predict(load: RandomLoad): Prediction {
  const { config, assume, asks, batchMaxQuestions, values } = load;
  const settings = { internalIpRanges: [], ...asks };
  const waiting = values.map((_, index) => {
    const lookup = lookupOf(load, index, START);
    return { lookup, progress: [], isNew: true, asksAt: START, ticket: null, batch: null };
  });
  const lookups = planCalls(waiting, { assume, settings, cacheTtlMs: CACHE_TTL_MS, now: START });
  const calendars = new Map<string, ReturnType<typeof calendarOf>>();
  const { finish } = forecast(lookups, {
    calendarOf: (endpoint) => {
      const state = calendars.get(endpoint) ?? calendarOf(config);
      calendars.set(endpoint, state);
      return state;
    },
    batchMaxQuestions,
    deniedAfterMs: HOUR_MS,
    now: START,
  });
  if (!finish) throw new Error(`Load ${load.seed} has no answers`);
  const secondsTo = (at: number): number => (at - START) / 1_000;
  return {
    seconds: secondsTo(finish.at),
    earliest: secondsTo(finish.earliestAt),
    latest: secondsTo(finish.latestAt),
  };
}

/** What becomes of it in the app's own code, in several processes on virtual time. */
export function simulate(load: RandomLoad): Promise<LookupsReport> {
  const { seed, instances, values, asks, batchMaxQuestions, config, assume } = load;
  return runLookups({
    seed,
    instances,
    lookups: values.length,
    lookupOf: (index, receivedAt) => lookupOf(load, index, receivedAt),
    answerTo: assume === 'found' ? knowsAll(values) : knowsNothing,
    quota: config,
    asks,
    batchMaxQuestions,
    stopAfterMs: 36 * HOUR_MS,
  });
}

/** A tenant with a machine for each value. */
function knowsAll(values: RandomLoad['values']): (query: DefenderQuery) => DefenderAnswer {
  const machines = [...new Set(values.map(({ value }) => value))].map((value, index) =>
    aMachine(value.length === 40 ? value : VALUES.machine(1_000_000 + index), {
      computerDnsName: value.endsWith('.com') ? value : null,
      lastIpAddress: value.startsWith('10.') ? value : null,
    }),
  );
  const [any] = machines;
  const onMachine = new Map(
    values.flatMap(({ kind, value }, index) =>
      kind === 'alert' ? [[value, aMachine(VALUES.machine(2_000_000 + index))] as const] : [],
    ),
  );
  const all = [...machines, ...onMachine.values()];
  const found = (some: readonly Machine[]) => anAnswer({ machines: some });
  return (query) => {
    switch (query.endpoint) {
      case 'machines':
        return found(all.filter((each) => query.filter && matchesFilter(query.filter, each)));
      case 'machine':
        return found(all.filter(({ id }) => id === query.id.value));
      case 'alerts':
        return anAnswer({
          alerts: query.ids.flatMap(({ value: id }) => {
            const machineId = onMachine.get(id)?.id;
            return machineId === undefined ? [] : [{ id, machineId }];
          }),
        });
      case 'alertMachine':
        return found([onMachine.get(query.alertId.value)].flatMap((each) => each ?? []));
      case 'ipAlerts':
        return anAnswer();
      default:
        return found(any ? [any] : []);
    }
  };
}

const knowsNothing = ({ endpoint }: DefenderQuery): DefenderAnswer =>
  endpoint === 'machine' || endpoint === 'alertMachine' || endpoint === 'file'
    ? notFound
    : anAnswer();
