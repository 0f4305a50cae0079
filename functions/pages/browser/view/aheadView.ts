import type { CallsAhead } from '../../../../shared/health/callsAhead';
import { clockTime, counted, duration } from './format';

export interface AheadView {
  /** Unix seconds, as charts take them. */
  readonly times: readonly number[];
  readonly flows: readonly FlowAhead[];
  readonly summary: string;
}

export interface FlowAhead {
  readonly flow: string;
  /** Calls that still wait, one for each of `times`. */
  readonly waiting: readonly number[];
  readonly now: number;
  /** When its last call is planned, to the step of the curve. */
  readonly doneAt: number;
  readonly done: string;
}

/** When what waits will be answered: a falling curve for each flow. `now` is Unix ms. */
export function aheadView({ everyMs, waiting }: CallsAhead, now: number): AheadView {
  const flows = Object.entries(waiting).map(([flow, counts]) => {
    const steps = counts.findIndex((waits) => waits === 0);
    const doneAt = now + everyMs * Math.max(0, steps);
    const done = `in ${duration(doneAt - now)}, ${clockTime(doneAt, now)}`;
    return { flow, waiting: counts, now: counts[0] ?? 0, doneAt, done };
  });
  const steps = Math.max(0, ...flows.map((flow) => flow.waiting.length));
  const times = Array.from({ length: steps }, (_, step) => (now + step * everyMs) / 1_000);
  return { times, flows, summary: summaryOf(flows) };
}

function summaryOf(flows: readonly FlowAhead[]): string {
  const last = flows.reduce<FlowAhead | null>(
    (latest, flow) => (latest === null || flow.doneAt > latest.doneAt ? flow : latest),
    null,
  );
  if (!last) return 'Nothing waits for a slot.';
  const calls = flows.reduce((sum, flow) => sum + flow.now, 0);
  return `${counted(calls, 'call')} ${calls === 1 ? 'waits' : 'wait'}; the last slot is ${last.done}.`;
}
