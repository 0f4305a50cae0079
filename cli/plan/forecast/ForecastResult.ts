import type { EndpointId } from '../../../shared/defender/endpointIds';
import type { CalendarState } from '../../../shared/quota/calendar/CalendarState';

/** How a lookup would end; `at`: Unix ms. */
export interface ForecastEnd {
  readonly outcome: 'answered' | 'expired' | 'denied';
  readonly at: number;
}

export interface EndpointForecast {
  readonly calls: number;
  readonly lastCallAt: number;
}

export interface Forecast {
  /** In the order of the lookups. */
  readonly ends: readonly ForecastEnd[];
  readonly endpoints: ReadonlyMap<EndpointId, EndpointForecast>;
  /** Null: nothing is answered. */
  readonly finish: Finish | null;
}

/** When the last answer comes, and between which instants it may (Unix ms). */
export interface Finish {
  readonly at: number;
  readonly earliestAt: number;
  readonly latestAt: number;
}

export interface ForecastOptions {
  /** As it is now, of each endpoint; one object for those that share it. */
  readonly calendarOf: (endpoint: EndpointId) => CalendarState;
  readonly batchMaxQuestions: number;
  readonly deniedAfterMs: number;
  /** Unix ms. */
  readonly now: number;
}
