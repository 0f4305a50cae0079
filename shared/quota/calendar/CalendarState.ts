import type { EndpointId } from '../../defender/endpointIds';
import { BULK_FLOWS, type Breaker, type BulkFlow } from '../Quota';
import type { CalendarConfig } from './CalendarConfig';
import type { Lessons } from './lessons';

/** Tickets that are served in the order of their ordinals: the interactive lane, or one flow of the bulk lane. */
export type Flow = 'interactive' | BulkFlow;
export const FLOWS: readonly Flow[] = ['interactive', ...BULK_FLOWS];

/** Tickets 0 … issued − 1 exist; those below `committed` have a slot in the log (or lost it), the rest are planned. */
export interface FlowState {
  readonly issued: number;
  readonly committed: number;
  /** Virtual time at which the flow's next ticket is due; meaningless for the interactive lane. */
  readonly tag: number;
}

/** A committed slot whose holder may still come for it. */
export interface RecentSlot {
  readonly flow: Flow;
  readonly ordinal: number;
  readonly slotAt: number;
}

export interface BreakerState extends Breaker {
  /** No call before, where the breaker is the endpoint's alone (scope `application`); otherwise `coolUntil` rules. */
  readonly until: number;
}

/** How a calendar came to be in its row. */
export interface Origin {
  /** Unix ms; 0: before this was noted. */
  readonly at: number;
  /** Epoch of the calendar whose slots it took over; null: it was made without any knowledge. */
  readonly continues: string | null;
  /** Unix ms from which on it knows every slot, those of the calendars before it that it continues included. */
  readonly knownSince: number;
  /** Whether there was something in the row that could not be read. */
  readonly isReplacement: boolean;
}

/** What is known of an endpoint's answers. Instants are Unix ms. */
export interface Answering {
  /** Of the last one noted; 0: none. */
  readonly answeredAt: number;
  /** Questions that were refused since then though our rights suffice, each once. */
  readonly refused: readonly { readonly question: string; readonly at: number }[];
}

/** One calendar, whole. Instants are Unix ms of the server's time; slots lie on the grid. */
export interface CalendarState {
  /** Random, from creation: a recreated calendar does not know the tickets of the old one. */
  readonly epoch: string;
  readonly origin: Origin;
  readonly config: CalendarConfig;
  /** Start time of the process that brought `config`. */
  readonly configuredAt: number;
  /** When the waiting bulk tickets were last made void for a looser configuration; 0: never. */
  readonly voidedAt: number;
  /** Time of the last write. Nothing is planned before it. */
  readonly asOf: number;
  /** Nothing is planned before it. */
  readonly coolUntil: number;
  /** Committed slots as far back as a window reaches, ascending. */
  readonly log: readonly number[];
  /** Ascending. */
  readonly recent: readonly RecentSlot[];
  /** Committed slots of the interactive lane in the last hour, ascending. */
  readonly interactiveLog: readonly number[];
  readonly flows: Readonly<Record<Flow, FlowState>>;
  /** Largest tag of a committed bulk ticket. */
  readonly virtualTime: number;
  /** Failures in a row per endpoint; a breaker is open from its threshold on. */
  readonly breakers: Readonly<Partial<Record<EndpointId, BreakerState>>>;
  /** What has been learnt about asking many questions at once. */
  readonly lessons: Readonly<Partial<Record<EndpointId, Lessons>>>;
  readonly answering: Readonly<Partial<Record<EndpointId, Answering>>>;
  /** Id of the last write: settles a write whose answer was lost. */
  readonly operation: string;
  /** Last 429 (0 = never), and how many there were. */
  readonly lastThrottledAt: number;
  readonly throttles: number;
}

const EMPTY_FLOW: FlowState = { issued: 0, committed: 0, tag: 0 };
const NO_TICKETS: CalendarState['flows'] = {
  interactive: EMPTY_FLOW,
  retry: EMPTY_FLOW,
  http: EMPTY_FLOW,
  high: EMPTY_FLOW,
  normal: EMPTY_FLOW,
  low: EMPTY_FLOW,
  inventory: EMPTY_FLOW,
};

export function newCalendar(
  epoch: string,
  config: CalendarConfig,
  times: { readonly now: number; readonly configuredAt: number },
): CalendarState {
  return {
    epoch,
    origin: { at: times.now, continues: null, knownSince: times.now, isReplacement: false },
    config,
    configuredAt: times.configuredAt,
    voidedAt: 0,
    asOf: times.now,
    coolUntil: 0,
    log: [],
    recent: [],
    interactiveLog: [],
    flows: NO_TICKETS,
    virtualTime: 0,
    breakers: {},
    lessons: {},
    answering: {},
    operation: '',
    lastThrottledAt: 0,
    throttles: 0,
  };
}

export const outstanding = (flow: FlowState): number => flow.issued - flow.committed;

/**
 * The flow with one more ticket at its end. A flow that was idle starts level with the others: with its old tag it would
 * overtake everybody for hours.
 */
export function withOneMore(flow: Flow, state: FlowState, virtualTime: number): FlowState {
  const isIdleFlow = flow !== 'interactive' && outstanding(state) === 0;
  const tag = isIdleFlow ? Math.max(state.tag, virtualTime) : state.tag;
  return { issued: state.issued + 1, committed: state.committed, tag };
}
