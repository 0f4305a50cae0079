import fc from 'fast-check';
import { CLOCK_ERROR_MS } from '../../../../shared/clock/StoreClock';
import {
  DEFAULT_TIMING,
  type CalendarConfig,
} from '../../../../shared/quota/calendar/CalendarConfig';
import {
  FLOWS,
  type CalendarState,
  type Flow,
} from '../../../../shared/quota/calendar/CalendarState';
import { adoptConfig, cancel, commit } from '../../../../shared/quota/calendar/commit';
import { fail, probe, recover, throttle } from '../../../../shared/quota/calendar/breaker';
import { issue } from '../../../../shared/quota/calendar/issue';
import { Plan } from '../../../../shared/quota/calendar/Plan';
import type {
  Breaker,
  BulkFlow,
  TicketAnswer,
  TicketRequest,
} from '../../../../shared/quota/Quota';
import { DEFAULTS } from '../../../../local/simulation/calendarConfigs';
import { calendarOf, START } from './fixtures';

/** Cases per property; more with the environment variable, e.g. `QUOTA_PROPERTY_RUNS=1000000`. */
export const propertyRuns = Number(process.env['QUOTA_PROPERTY_RUNS'] ?? 5_000);

/** What a process may do to a calendar with one write. */
export type Action =
  | { readonly kind: 'issue'; readonly wishes: readonly Wish[] }
  | { readonly kind: 'commit' }
  | { readonly kind: 'throttle'; readonly retryAfterMs: number | null }
  | { readonly kind: 'fail'; readonly why: Breaker['why']; readonly probed: boolean }
  | { readonly kind: 'recover' }
  | { readonly kind: 'probe'; readonly flow: Flow }
  | { readonly kind: 'configure'; readonly config: CalendarConfig }
  | { readonly kind: 'cancel'; readonly flow: BulkFlow };

export type OtherKind = Exclude<Action['kind'], 'issue'>;

export interface Wish {
  readonly flow: Flow;
  readonly count: number;
  readonly maxWaitMs: number;
}

export interface Step {
  /** Time since the step before. */
  readonly afterMs: number;
  /** Error of the writer's clock. */
  readonly skewMs: number;
  /** From the writer's look at its clock to the write. */
  readonly writeMs: number;
  readonly action: Action;
}

/** A calendar before and after a write. */
export interface Written {
  readonly step: Step;
  readonly before: CalendarState;
  readonly after: CalendarState;
  /** The writer's time. */
  readonly now: number;
  /** When the write took effect. */
  readonly writtenAt: number;
  readonly answers: readonly TicketAnswer[];
}

/** Limits small enough that a few dozen tickets meet every one of them. */
export const smallConfig: fc.Arbitrary<CalendarConfig> = fc
  .record({
    perMinute: fc.integer({ min: 1, max: 10 }),
    perHour: fc.integer({ min: 1, max: 30 }),
    reservePerMinute: fc.integer({ min: 0, max: 4 }),
    reservePerHour: fc.integer({ min: 0, max: 6 }),
    interactivePerMinute: fc.integer({ min: 1, max: 6 }),
    interactivePerHour: fc.integer({ min: 1, max: 12 }),
    bulkPerTenMinutes: fc.constantFrom(0, 0, 4, 9),
  })
  .map((limits) => ({ ...DEFAULTS, ...DEFAULT_TIMING, ...limits }));

const wish: fc.Arbitrary<Wish> = fc.record({
  flow: fc.constantFrom<Flow>('interactive', 'interactive', 'normal', 'normal', ...FLOWS),
  count: fc.integer({ min: 1, max: 9 }),
  // An interactive caller waits less than the minute that its lane's cap spans: `Plan` relies on it.
  maxWaitMs: fc.constantFrom(0, 10_000, 59_000),
});

const kinds = {
  issue: fc.record({
    kind: fc.constant('issue' as const),
    wishes: fc.array(wish, { minLength: 1, maxLength: 3 }),
  }),
  commit: fc.constant({ kind: 'commit' as const }),
  throttle: fc.record({
    kind: fc.constant('throttle' as const),
    retryAfterMs: fc.constantFrom(null, 0, 1_000, 17_000, 10_000_000),
  }),
  fail: fc.record({
    kind: fc.constant('fail' as const),
    why: fc.constantFrom<Breaker['why'][]>('forbidden', 'unauthorized', 'failing', 'failing'),
    probed: fc.boolean(),
  }),
  recover: fc.constant({ kind: 'recover' as const }),
  probe: fc.record({
    kind: fc.constant('probe' as const),
    flow: fc.constantFrom<Flow>('interactive', 'normal', 'retry'),
  }),
  configure: fc.record({ kind: fc.constant('configure' as const), config: smallConfig }),
  cancel: fc.record({
    kind: fc.constant('cancel' as const),
    flow: fc.constantFrom<BulkFlow[]>('normal', 'retry'),
  }),
};

/** Steps of some kinds; every second one issues. */
export const steps = (...names: readonly OtherKind[]): fc.Arbitrary<readonly Step[]> =>
  fc.array(
    fc.record({
      afterMs: fc.oneof(
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 0, max: 12_000 }),
        fc.integer({ min: 0, max: 200_000 }),
        fc.integer({ min: 0, max: 4_000_000 }),
      ),
      skewMs: fc.integer({ min: -CLOCK_ERROR_MS, max: CLOCK_ERROR_MS }),
      writeMs: fc.integer({ min: 0, max: 1_000 }),
      action: fc.oneof<fc.MaybeWeightedArbitrary<Action>[]>(
        { arbitrary: kinds.issue, weight: names.length },
        ...names.map((name) => ({ arbitrary: kinds[name], weight: 1 })),
      ),
    }),
    { minLength: 1, maxLength: 10 },
  );

export function* run(config: CalendarConfig, history: readonly Step[]): Generator<Written> {
  let state = calendarOf(config);
  let time = START;
  for (const [index, step] of history.entries()) {
    const before = state;
    const now = time + step.afterMs + step.skewMs;
    time += step.afterMs + step.writeMs;
    const { after, answers } = perform(before, step.action, now, index);
    state = after;
    yield { step, before, after, now, writtenAt: time, answers };
  }
}

function perform(
  before: CalendarState,
  action: Action,
  now: number,
  index: number,
): { after: CalendarState; answers: readonly TicketAnswer[] } {
  const endpoint = 'machine';
  const unanswered = (after: CalendarState | null) => ({ after: after ?? before, answers: [] });
  switch (action.kind) {
    case 'issue': {
      const { state, answers } = issue(before, action.wishes.flatMap(toRequests), {
        now,
        deniedAfterMs: 1_000_000,
      });
      return { after: state, answers };
    }
    case 'commit':
      return unanswered(commit(before, now));
    case 'throttle':
      return unanswered(throttle(before, now, action.retryAfterMs));
    case 'fail':
      return unanswered(fail(before, { endpoint, ...action }, now));
    case 'recover':
      return unanswered(recover(before, endpoint, now));
    case 'probe': {
      const { flow } = action;
      return unanswered(
        probe(before, { endpoint, flow, ordinal: before.flows[flow].committed }, now),
      );
    }
    case 'configure':
      return unanswered(adoptConfig(commit(before, now), action.config, START + 1 + index));
    case 'cancel':
      return unanswered(cancel(before, [action.flow], now));
  }
}

function toRequests({ flow, count, maxWaitMs }: Wish): readonly TicketRequest[] {
  const endpoint = 'machine';
  const request: TicketRequest =
    flow === 'interactive'
      ? { lane: flow, endpoint, maxWaitMs }
      : { lane: 'bulk', endpoint, flow, expiresAt: 1e15, admission: 'always' };
  return Array.from({ length: count }, () => request);
}

/** When the tickets of a calendar may be used, those that have a slot, flow by flow and by ordinal. */
export function slotsByTicket(state: CalendarState): ReadonlyMap<string, number> {
  const slots = new Map<string, number>();
  const plan = new Plan(state);
  for (const flow of FLOWS) {
    const { issued, committed } = state.flows[flow];
    for (const recent of state.recent)
      if (recent.flow === flow) slots.set(`${flow} ${recent.ordinal}`, recent.slotAt);
    for (let ordinal = committed; ordinal < issued; ordinal += 1) {
      const slotAt = plan.slotOf(flow, ordinal);
      if (slotAt !== null) slots.set(`${flow} ${ordinal}`, slotAt);
    }
  }
  return slots;
}

/** The planned slots alone, of all flows, in the order of planning. */
export const plannedSlots = (state: CalendarState): readonly number[] =>
  new Plan(state).dueBy(Infinity).map(({ slotAt }) => slotAt);

export const ascending = (slots: readonly number[]): number[] => [...slots].sort((a, b) => a - b);

/** The first slot that is one too many in some half-open interval of the span; null if there is none. */
export function firstExcess(
  slots: readonly number[],
  limit: number,
  spanMs: number,
): number | null {
  const index = slots.findIndex((at, i) => at - (slots[i - limit] ?? -Infinity) < spanMs);
  return slots[index] ?? null;
}
