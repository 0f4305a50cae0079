import { noteAnswers, refuse } from '../../../../shared/quota/calendar/answering';
import { fail } from '../../../../shared/quota/calendar/breaker';
import type { CalendarState } from '../../../../shared/quota/calendar/CalendarState';
import { openBreaker } from '../../../../shared/quota/calendar/openBreaker';
import { calendarOf, START } from './fixtures';

const endpoint = 'machine';
const MINUTE_MS = 60_000;

/** What happens, a minute apart: a question that is refused, or an answer. */
function after(...events: readonly string[]): CalendarState {
  return events.reduce((state, event, index) => {
    const now = START + index * MINUTE_MS;
    if (event === 'answered') return noteAnswers(state, new Map([[endpoint, now]]));
    return refuse(state, { endpoint, question: event, probed: false }, now) ?? state;
  }, calendarOf());
}

describe('refuse()', () => {
  it.each([
    { events: ['a'], isOpen: false },
    { events: ['a', 'b'], isOpen: false },
    { events: ['a', 'a', 'a', 'a'], isOpen: false },
    { events: ['a', 'b', 'a', 'b'], isOpen: false },
    { events: ['a', 'b', 'c'], isOpen: true },
    { events: ['a', 'answered', 'b', 'answered', 'c'], isOpen: false },
    { events: ['a', 'b', 'answered', 'c', 'd'], isOpen: false },
    { events: ['a', 'answered', 'b', 'c', 'd'], isOpen: true },
  ])('leaves the breaker open ($isOpen) after $events', ({ events, isOpen }) => {
    const breaker = openBreaker(after(...events));

    expect(breaker !== null).toBe(isOpen);
    if (breaker) expect(breaker).toMatchObject({ why: 'forbidden', failures: 1 });
  });

  it('stops nobody else: no slot moves', () => {
    expect(after('a', 'b').coolUntil).toBe(0);
  });

  it('writes nothing for a question that is known to be refused', () => {
    const refused = after('a');

    expect(refuse(refused, { endpoint, question: 'a', probed: false }, START + 1)).toBeNull();
  });

  it('takes the refusal of a probe for a service that is well again', () => {
    const failing = ['failing', 'failing', 'failing'].reduce(
      (state) => fail(state, { endpoint, why: 'failing', probed: false }, START) ?? state,
      calendarOf(),
    );

    const probed = refuse(failing, { endpoint, question: 'a', probed: true }, START + MINUTE_MS);

    expect(probed && openBreaker(probed)).toBeNull();
  });

  it('keeps an endpoint shut that refuses its probes', () => {
    const shut = after('a', 'b', 'c');

    const probed = refuse(shut, { endpoint, question: 'd', probed: true }, START + 5 * MINUTE_MS);

    expect(probed && openBreaker(probed)).toMatchObject({ why: 'forbidden', failures: 2 });
    expect(refuse(shut, { endpoint, question: 'e', probed: false }, START)).toBeNull();
  });
});

describe('noteAnswers()', () => {
  it('changes nothing when there is nothing newer to note', () => {
    const state = after('answered');

    expect(noteAnswers(state, new Map([[endpoint, START]]))).toBe(state);
    expect(noteAnswers(state, new Map())).toBe(state);
  });
});
