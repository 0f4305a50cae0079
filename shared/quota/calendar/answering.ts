import type { EndpointId } from '../../defender/endpointIds';
import { fail, recover } from './breaker';
import type { Answering, CalendarState } from './CalendarState';
import { commit } from './commit';
import { endpointBreaker } from './openBreaker';

/** So many different questions refused in a row, with no answer in between, are not about what was asked. */
const REFUSED_IN_A_ROW = 3;

const NOTHING: Answering = { answeredAt: 0, refused: [] };

/**
 * The state with the last answer of each endpoint as known to a process (Unix ms). It is not worth
 * a separate write, and goes into the next one.
 */
export function noteAnswers(
  state: CalendarState,
  answers: ReadonlyMap<EndpointId, number>,
): CalendarState {
  let { answering } = state;
  for (const [endpoint, answeredAt] of answers) {
    const known = answering[endpoint] ?? NOTHING;
    if (answeredAt <= known.answeredAt) continue;
    const refused = known.refused.filter(({ at }) => at > answeredAt);
    answering = { ...answering, [endpoint]: { answeredAt, refused } };
  }
  return answering === state.answering ? state : { ...state, answering };
}

/** Unix ms of the endpoint's last answer, as far as it is written; 0: none. */
export const lastAnswerAt = ({ answering }: CalendarState, endpoint: EndpointId): number =>
  answering[endpoint]?.answeredAt ?? 0;

/**
 * Defender refused a question (403) although the rights are there: about what was asked, unless it is the third in a row.
 * `question` is the same for the same call. Null: nothing new.
 */
export function refuse(
  before: CalendarState,
  refusal: { readonly endpoint: EndpointId; readonly question: string; readonly probed: boolean },
  now: number,
): CalendarState | null {
  const { endpoint, question, probed } = refusal;
  const open = endpointBreaker(before, endpoint);
  if (open && !probed) return null;
  if (open?.why === 'forbidden') return fail(before, { endpoint, why: 'forbidden', probed }, now);
  // The service, or the token, works again: what it refuses is the question.
  const state = (open && recover(before, endpoint, now)) ?? before;
  const { answeredAt, refused } = state.answering[endpoint] ?? NOTHING;
  const others = refused.filter((each) => each.question !== question);
  const all = [...others, { question, at: now }];
  const noted = {
    ...state,
    answering: { ...state.answering, [endpoint]: { answeredAt, refused: all } },
  };
  if (all.length >= REFUSED_IN_A_ROW)
    return fail(noted, { endpoint, why: 'forbidden', probed }, now);
  return state === before && others.length < refused.length ? null : commit(noted, now);
}
