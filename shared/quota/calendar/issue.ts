import {
  BULK_FLOWS,
  type Breaker,
  type BulkFlow,
  type TicketAnswer,
  type TicketRequest,
} from '../Quota';
import { withOneMore, type CalendarState, type Flow, type FlowState } from './CalendarState';
import { cancel, commit } from './commit';
import { endpointBreaker, openBreaker, shutUntil } from './openBreaker';
import { refuseAgents } from './peopleFirst';
import { Plan } from './Plan';

export interface IssueOptions {
  readonly now: number;
  /** How long an endpoint may refuse our rights before its queue lookups are refused too. */
  readonly deniedAfterMs: number;
}

export interface Issued {
  readonly state: CalendarState;
  /** In the order of the requests. */
  readonly answers: readonly TicketAnswer[];
}

export const flowOf = (
  request: { readonly lane: 'interactive' } | { readonly lane: 'bulk'; readonly flow: BulkFlow },
): Flow => (request.lane === 'interactive' ? 'interactive' : request.flow);

/** Puts the requests at the ends of their flows, refuses those whose slot would come too late, and commits. */
export function issue(
  before: CalendarState,
  requests: readonly TicketRequest[],
  options: IssueOptions,
): Issued {
  const base = commit(before, options.now);
  const agents = refuseAgents(base, requests, options.now);
  const refusals = requests.map(
    (request, index) => refuseUnseen(base, request, options) ?? agents[index] ?? null,
  );
  let draft = grow(base, requests, refusals);
  // A slot depends only on the tickets planned before it. Refusing the last too late one therefore never rescues one
  // before it, and all of a lane can be refused at once; those after them are renumbered and come earlier. The
  // interactive lane goes first, because it is planned first.
  for (const lane of ['interactive', 'bulk'] as const) {
    let refused = 0;
    for (const { index, request, slotAt } of draft.places) {
      if (request.lane !== lane) continue;
      const refusal = refuseLate(base, request, slotAt, options);
      if (refusal) refused += 1;
      refusals[index] = refusal;
    }
    if (refused > 0) draft = grow(base, requests, refusals);
  }
  const answers: TicketAnswer[] = refusals.flatMap((refusal) => refusal ?? []);
  // The places are those of the requests that were not refused, in order: each goes in where its request stood.
  for (const place of draft.places) answers.splice(place.index, 0, grant(base, place));
  return { state: commit(draft.state, options.now, draft.plan), answers };
}

/**
 * While the queue's lookups are denied, their tickets have no holder: a lookup that held one ends when it looks. Planned, they
 * would be in the way of the first lookup that may try again, and keep an endpoint shut whose right was granted. They are
 * dropped while it is shut, or if no one has asked since a slot could last be used: a ticket that is about to try stays.
 */
export function dropDenied(state: CalendarState, options: IssueOptions): CalendarState {
  const { now } = options;
  const breaker = openBreaker(state);
  if (!breaker || !isDenied(breaker, 'retry', options)) return state;
  const isSafe = state.coolUntil > now || state.asOf + state.config.useWindowMs < now;
  return isSafe ? cancel(state, BULK_FLOWS, now) : state;
}

interface Place {
  /** Position among the requests. */
  readonly index: number;
  readonly request: TicketRequest;
  readonly ordinal: number;
  readonly slotAt: number;
}

/** The state with the requests that are not refused at the ends of their flows, and their slots. */
function grow(
  base: CalendarState,
  requests: readonly TicketRequest[],
  refusals: readonly (TicketAnswer | null)[],
): { state: CalendarState; plan: Plan; places: readonly Place[] } {
  const flows: Record<Flow, FlowState> = { ...base.flows };
  const ordinals = requests.map((request, index) => {
    if (refusals[index]) return null;
    const flow = flowOf(request);
    const { issued } = flows[flow];
    flows[flow] = withOneMore(flow, flows[flow], base.virtualTime);
    return issued;
  });
  const state = { ...base, flows };
  const plan = new Plan(state);
  const places: Place[] = [];
  requests.forEach((request, index) => {
    const ordinal = ordinals[index] ?? null;
    if (ordinal === null) return;
    const slotAt = plan.slotOf(flowOf(request), ordinal);
    if (slotAt === null) throw new Error(`Ticket ${ordinal} was issued but not planned.`);
    places.push({ index, request, ordinal, slotAt });
  });
  return { state, plan, places };
}

function grant({ epoch, asOf }: CalendarState, { request, ordinal, slotAt }: Place): TicketAnswer {
  const { lane, endpoint } = request;
  return lane === 'interactive'
    ? { outcome: 'granted', slotAt, ticket: { lane, endpoint, epoch, ordinal, asOf, slotAt } }
    : {
        outcome: 'granted',
        slotAt,
        ticket: { lane, flow: request.flow, endpoint, epoch, ordinal, asOf, slotAt },
      };
}

/** Refusals that need no plan: while the endpoint is shut, only a later prober can be served. */
function refuseUnseen(
  state: CalendarState,
  request: TicketRequest,
  options: IssueOptions,
): TicketAnswer | null {
  const breaker = endpointBreaker(state, request.endpoint);
  if (!breaker) return null;
  const resumeAt = shutUntil(state, breaker);
  if (resumeAt <= options.now) return null;
  if (isDenied(breaker, flowOf(request), options)) return { outcome: 'denied', breaker };
  if (state.config.scope !== 'application') return null;
  return request.lane === 'interactive'
    ? { outcome: 'noSlot', slotAt: resumeAt }
    : { outcome: 'shut', resumeAt };
}

function refuseLate(
  state: CalendarState,
  request: TicketRequest,
  slotAt: number,
  options: IssueOptions,
): TicketAnswer | null {
  const { now } = options;
  const breaker = endpointBreaker(state, request.endpoint);
  if (
    breaker &&
    isDenied(breaker, flowOf(request), options) &&
    slotAt > now + state.config.useWindowMs
  )
    return { outcome: 'denied', breaker };
  if (request.lane === 'interactive') {
    const { maxWaitMs } = request;
    return maxWaitMs === null || slotAt > now + maxWaitMs ? { outcome: 'noSlot', slotAt } : null;
  }
  if (request.admission === 'always')
    return slotAt > request.expiresAt ? { outcome: 'wouldExpire', slotAt } : null;
  // Half of the age left, shared among the calls still needed: admitted to its full age, an overloaded queue would
  // serve no lookup in time.
  const patience = (request.expiresAt - now) / (2 * request.admission.callsLeft);
  return slotAt - now > patience ? { outcome: 'wouldExpire', slotAt } : null;
}

/** Whether lookups of this flow are told so when the endpoint refuses our rights: who waits for an answer, at once. */
export function isDenied(
  breaker: Breaker,
  flow: Flow,
  { now, deniedAfterMs }: IssueOptions,
): boolean {
  if (breaker.why !== 'forbidden') return false;
  return flow === 'interactive' || flow === 'http' || now > breaker.since + deniedAfterMs;
}
