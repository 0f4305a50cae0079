import type { Batches } from '../batches/Batches';
import { shareOf } from '../batches/batchAnswer';
import { batchQuery } from '../batches/batchQuery';
import { ALONE, type BatchAnswer, type MachineKnown, type Question } from '../batches/Question';
import type { AnswerCache } from '../cache/AnswerCache';
import type { TicketRequest } from '../quota/Quota';
import type { CachedSteps } from './CachedSteps';
import type { AnsweredStep, StepResult } from './Progress';
import type { Again, Postponed, StepAttempt } from './StepAttempt';
import type { PlannedStep } from './steps';
import { WAIT_MS, type Hold } from './waiting';

export interface JointStepsDeps {
  /** Null: every step is asked for by its own call. */
  readonly batches: Pick<Batches, 'expect' | 'ask' | 'lead' | 'resume' | 'follow'> | null;
  readonly answers: Pick<AnswerCache, 'put'>;
  readonly cached: Pick<CachedSteps, 'find'>;
  readonly hold: Hold;
}

/** One try of a step to get a ticket. */
export interface Round {
  /** From 0. */
  readonly round: number;
  /** When the step was first asked for (Unix ms). */
  readonly startedAt: number;
  /** From `expect`. */
  readonly arrived: () => void;
  /** Whether the step has waited in a batch for what it asks now. Default: false. */
  readonly hasWaited?: boolean;
  /** Whether the step has its answer, and makes the call of its batch only for the others. Default: false. */
  readonly isAnswered?: boolean;
}

/** How the id of a batch of machines begins. */
const MACHINES = 'machines|';
const nothing = (): void => undefined;

/** Asks for a step together with what others want of the same list. */
export class JointSteps {
  constructor(private readonly deps: JointStepsDeps) {}

  /** The step may be asked for soon. @returns to be called once that is settled. */
  expect(planned: PlannedStep): () => void {
    return this.deps.batches?.expect(planned) ?? nothing;
  }

  /** Null: its own call is to be made. @throws {QuotaUnavailableError} */
  async ask(
    planned: PlannedStep,
    state: StepAttempt,
    round: Round,
  ): Promise<StepResult | Postponed | Again | null> {
    const told = await this.told(planned, state, round);
    if (told.outcome === 'machine') return this.machineOf(planned, state, round, told);
    return told.outcome === 'alone' ? null : told;
  }

  /**
   * The step has its answer, but others wait for a call that is its to make: it makes that.
   * @returns how to continue if that call has to wait; null: nothing is left to do. @throws {QuotaUnavailableError}
   */
  async callForOthers(
    planned: PlannedStep,
    state: StepAttempt,
    round: Round,
  ): Promise<Postponed | null> {
    const told = await this.ask(planned, state, { ...round, isAnswered: true });
    return told?.outcome === 'postponed' && told.batch !== null ? told : null;
  }

  /** In the batch that it waits in, or with current askers. */
  private async goOn(planned: PlannedStep, state: StepAttempt, round: Round): Promise<BatchAnswer> {
    const { batches } = this.deps;
    const { batch, ticket } = state;
    if (!batches || (ticket && batch === null)) return ALONE;
    const question = this.question(planned, state, round);
    if (batch !== null)
      return ticket ? batches.lead(question, batch, ticket) : batches.resume(question, batch);
    const { request } = question;
    // It asks for no more than the time of the next slot.
    if (request.lane === 'interactive' && request.maxWaitMs === null) return ALONE;
    return batches.ask(question, round.arrived);
  }

  private async told(planned: PlannedStep, state: StepAttempt, round: Round): Promise<BatchAnswer> {
    const known = await this.knownMachine(planned, state);
    const isLeading = state.ticket?.endpoint === 'alerts';
    if (known && !isLeading) return known;
    const isAnswered = round.isAnswered === true || known !== null;
    const told = await this.goOn(planned, state, { ...round, isAnswered });
    return told.outcome === 'alone' && known ? known : told;
  }

  /** What an alert that has waited in a batch knows by now. */
  private async knownMachine(
    { step, query }: PlannedStep,
    state: StepAttempt,
  ): Promise<BatchAnswer | null> {
    if (query.endpoint !== 'alertMachine' || state.batch === null) return null;
    const row: PlannedStep = { step, query: batchQuery('alerts', [query]) };
    const known = await this.deps.cached.find(row, state);
    const share = known && shareOf(query, known.answer);
    return share?.outcome === 'machine' ? { ...share, origin: null } : null;
  }

  private question(
    planned: PlannedStep,
    state: StepAttempt,
    { round, startedAt, hasWaited = false, isAnswered = false }: Round,
  ): Question {
    const { hold } = this.deps;
    const mayCall = hold.kind === 'upTo';
    const holdMs = mayCall ? hold.ms : WAIT_MS.hold;
    const request = state.request(round);
    return { planned, state, request, holdMs, mayCall, hasWaited, isAnswered, startedAt };
  }

  /** What the alert's own call would have answered, now that its machine is known; null: that call may know more. */
  private async machineOf(
    planned: PlannedStep,
    state: StepAttempt,
    round: Round,
    known: MachineKnown,
  ): Promise<AnsweredStep | Postponed | null> {
    const { cached, answers } = this.deps;
    const { step, query } = planned;
    const machine: PlannedStep = { step, query: { endpoint: 'machine', id: known.id } };
    const arrived = this.expect(machine);
    try {
      const own = { ...round, arrived };
      const there = await cached.find(machine, state);
      const isLeading = state.batch?.startsWith(MACHINES) === true && state.ticket !== null;
      const led =
        there && isLeading
          ? await this.askForMachine(planned, machine, state, { ...own, isAnswered: true })
          : null;
      const found =
        (led?.outcome === 'postponed' ? led : there) ??
        known.asked ??
        (await this.askForMachine(planned, machine, state, own));
      const { lane } = state.request(round.round);
      if (found.outcome === 'postponed' && lane === 'bulk') return found;
      if (found.outcome !== 'answered' || found.answer.machines.length === 0) return null;
      await answers.put(query, found.answer, found.calledAt);
      const batch = found.fromCache ? {} : { batch: known.origin ?? found.batch };
      return { ...found, ...batch, endpoint: query.endpoint };
    } finally {
      arrived();
    }
  }

  /** Where its batch asks for it, else with others that want one. */
  private async askForMachine(
    alert: PlannedStep,
    machine: PlannedStep,
    state: StepAttempt,
    round: Round,
  ): Promise<BatchAnswer> {
    const request = (): TicketRequest => begunRequest(state, round.round);
    const { batch } = state;
    const next = { ...state, request };
    const hasWaited = batch !== null;
    if (batch?.startsWith(MACHINES)) return this.goOn(machine, next, { ...round, hasWaited });
    const followed =
      batch && (await this.deps.batches?.follow(this.question(alert, state, round), batch));
    if (followed && followed.outcome !== 'alone') return followed;
    return this.goOn(machine, { ...next, ticket: null, batch: null }, { ...round, hasWaited });
  }
}

/** How work that is begun asks for a ticket. */
function begunRequest({ request, expiresAt }: StepAttempt, round: number): TicketRequest {
  const first = request(round);
  if (first.lane === 'interactive') return first;
  const { endpoint } = first;
  return { lane: 'bulk', endpoint, flow: 'retry', expiresAt, admission: 'always' };
}
