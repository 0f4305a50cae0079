import type { EndpointId } from '../defender/endpointIds';
import { lastAnswerAt, refuse } from './calendar/answering';
import { clampRetryAfter, fail, recover, throttle } from './calendar/breaker';
import type { CallNote, CallResult, Ticket } from './Quota';
import { keyOf, type Desk } from './SlotWaiter';

/** Writes down what came of a ticket's call, at `now` (Unix ms), if it matters to others. @throws {QuotaUnavailableError} */
export async function noteCall(
  desk: Desk,
  ticket: Ticket,
  result: CallResult,
  now: number,
): Promise<void> {
  const { endpoint } = ticket;
  const { combiner, replica } = desk;
  const probed = desk.probing.delete(keyOf(ticket));
  switch (result.outcome) {
    case 'answered':
      desk.answers.set(endpoint, now);
      if (replica.image?.state.breakers[endpoint])
        await combiner.change((state, at) => recover(state, endpoint, at));
      return;
    case 'throttled': {
      const { retryAfterMs } = result;
      replica.hearOfThrottling();
      desk.coolUntil = now + clampRetryAfter(retryAfterMs);
      await combiner.change((state, at) => throttle(state, at, retryAfterMs));
      return;
    }
    case 'refused': {
      const refusal = { endpoint, question: result.question, probed };
      await combiner.change((state, at) => refuse(state, refusal, at));
      return;
    }
    case 'forbidden':
    case 'unauthorized':
    case 'failed': {
      const why = result.outcome === 'failed' ? 'failing' : result.outcome;
      await combiner.change((state, at) => fail(state, { endpoint, why, probed }, at));
    }
  }
}

/** What this process knows of the endpoint after a call; without a desk, nothing but the time. */
export function callNoteOf(desk: Desk | null, endpoint: EndpointId, now: number): CallNote {
  const known = desk?.replica.image?.state;
  return {
    at: now,
    answeredAt: Math.max(
      desk?.answers.get(endpoint) ?? 0,
      known ? lastAnswerAt(known, endpoint) : 0,
    ),
    closedUntil: Math.max(desk?.coolUntil ?? 0, known?.coolUntil ?? 0),
  };
}
