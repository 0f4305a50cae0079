import type { AppConfig } from '../../shared/config/AppConfig';
import type { EndpointId } from '../../shared/defender/endpointIds';
import type { PlanSettings } from '../../shared/kinds/Kind';
import type { Priority } from '../../shared/lookups/Lookup';
import type { CalendarConfig } from '../../shared/quota/calendar/CalendarConfig';
import type { CalendarState } from '../../shared/quota/calendar/CalendarState';
import { isDenied } from '../../shared/quota/calendar/issue';
import { rowOf } from '../../shared/quota/calendarRows';
import { forecast } from './forecast/forecast';
import type { Forecast } from './forecast/ForecastResult';
import type { PlannedLookup, WaitingLookup } from './load/PlannedLookup';
import { planCalls, type Assumption } from './load/planCalls';

/** What a plan is made by. */
export interface Circumstances {
  /** As they are now, by row. */
  readonly calendars: ReadonlyMap<string, CalendarState>;
  readonly scope: CalendarConfig['scope'];
  readonly batchMaxQuestions: number;
  readonly deniedAfterMs: number;
  readonly settings: PlanSettings;
  readonly cacheTtlMs: AppConfig['cacheTtlMs'];
  /** Unix ms. */
  readonly now: number;
}

/** What is different, as if it had been so from the start. */
export interface Change {
  readonly config?: Partial<CalendarConfig>;
  readonly batchMaxQuestions?: number;
  readonly priority?: Priority;
  readonly assume?: Assumption;
}

/** A load under circumstances that can be changed. */
export class Scenario {
  private readonly planned = new Map<Assumption, readonly PlannedLookup[]>();

  constructor(
    private readonly waiting: readonly WaitingLookup[],
    private readonly around: Circumstances,
  ) {}

  /** The ends are in the order of the lookups. */
  forecast({ config, batchMaxQuestions, priority, assume = 'found' }: Change = {}): Forecast {
    const { calendars, scope, deniedAfterMs, now } = this.around;
    const states = new Map(
      [...calendars].map(([row, state]) => [row, this.changed(state, config)] as const),
    );
    const lookups = this.lookups(assume).map((lookup) =>
      priority && lookup.isNew ? { ...lookup, flow: priority } : lookup,
    );
    const calendarOf = (endpoint: EndpointId): CalendarState => {
      const state = states.get(rowOf(scope, endpoint));
      if (!state) throw new RangeError(`Cannot plan: no calendar for ${endpoint}`);
      return state;
    };
    const most = batchMaxQuestions ?? this.around.batchMaxQuestions;
    return forecast(lookups, { calendarOf, batchMaxQuestions: most, deniedAfterMs, now });
  }

  lookups(assume: Assumption): readonly PlannedLookup[] {
    const known = this.planned.get(assume);
    if (known) return known;
    const { settings, cacheTtlMs, now } = this.around;
    const planned = planCalls(this.waiting, { assume, settings, cacheTtlMs, now });
    this.planned.set(assume, planned);
    return planned;
  }

  /** An endpoint that is shut is taken to answer when it is next probed, unless its queue lookups are denied by now. */
  private changed(state: CalendarState, config: Change['config']): CalendarState {
    const { now, deniedAfterMs } = this.around;
    const denied = Object.entries(state.breakers).filter(([, breaker]) =>
      isDenied(breaker, 'retry', { now, deniedAfterMs }),
    );
    return {
      ...state,
      config: { ...state.config, ...config },
      breakers: Object.fromEntries(denied),
    };
  }
}
