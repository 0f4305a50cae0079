import type { Batches } from '../batches/Batches';
import { ALONE, type BatchAnswer } from '../batches/Question';
import type { AnswerCache } from '../cache/AnswerCache';
import type { EndpointId } from '../defender/endpointIds';
import type { MachineId } from '../indicators/MachineId';
import type { TicketRequest } from '../quota/Quota';
import type { CachedSteps } from './CachedSteps';
import type { AnsweredStep, BatchOrigin, StepResult } from './Progress';
import type { Again, Postponed, StepAttempt } from './StepAttempt';
import type { PlannedStep } from './steps';
import type { Hold } from './waiting';

export interface JointStepsDeps {
  /** Null: every step is asked for by its own call. */
  readonly batches: Pick<Batches, 'expect' | 'ask'> | null;
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
}

const nothing = (): void => undefined;

/** Asks for a step together with what others want of the same list. */
export class JointSteps {
  constructor(private readonly deps: JointStepsDeps) {}

  /** The step may be asked for soon. @returns to be called once that is settled. */
  expect(planned: PlannedStep): () => void {
    const { batches, hold } = this.deps;
    return hold.kind === 'none' ? nothing : (batches?.expect(planned) ?? nothing);
  }

  /** Null: its own call is to be made. @throws {QuotaUnavailableError} */
  async ask(
    planned: PlannedStep,
    state: StepAttempt,
    round: Round,
  ): Promise<StepResult | Postponed | Again | null> {
    const told = await this.join(planned, state, round);
    if (told.outcome === 'machine') return this.machineOf(planned, state, round, told);
    return told.outcome === 'alone' ? null : told;
  }

  private async join(
    planned: PlannedStep,
    state: StepAttempt,
    { round, startedAt, arrived }: Round,
  ): Promise<BatchAnswer> {
    const { batches, hold } = this.deps;
    if (!batches || hold.kind === 'none' || state.ticket) return ALONE;
    const request = state.request(round);
    // It asks for no more than the time of the next slot.
    if (request.lane === 'interactive' && request.maxWaitMs === null) return ALONE;
    return batches.ask({ planned, state, request, holdMs: hold.ms, startedAt }, arrived);
  }

  /** What the alert's own call would have answered, now that its machine is known; null: that call may know more. */
  private async machineOf(
    { step, query }: PlannedStep,
    state: StepAttempt,
    round: Round,
    { id, origin }: { readonly id: MachineId; readonly origin: BatchOrigin },
  ): Promise<AnsweredStep | null> {
    const { cached, answers } = this.deps;
    const machine: PlannedStep = { step, query: { endpoint: 'machine', id } };
    const arrived = this.expect(machine);
    try {
      const request = (): TicketRequest => begunRequest(state, round.round, 'machine');
      const found =
        (await cached.find(machine, state)) ??
        (await this.join(machine, { ...state, request }, { ...round, arrived }));
      if (found.outcome !== 'answered' || found.answer.machines.length === 0) return null;
      await answers.put(query, found.answer, found.calledAt);
      return { ...found, endpoint: query.endpoint, ...(!found.fromCache && { batch: origin }) };
    } finally {
      arrived();
    }
  }
}

/** How work that is begun asks for a ticket of another endpoint. */
function begunRequest(
  { request, expiresAt }: StepAttempt,
  round: number,
  endpoint: EndpointId,
): TicketRequest {
  const first = request(round);
  if (first.lane === 'interactive') return { ...first, endpoint };
  return { lane: 'bulk', endpoint, flow: 'retry', expiresAt, admission: 'always' };
}
