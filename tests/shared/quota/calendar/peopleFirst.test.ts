import type { CalendarState } from '../../../../shared/quota/calendar/CalendarState';
import { issue } from '../../../../shared/quota/calendar/issue';
import type { TicketRequest } from '../../../../shared/quota/Quota';
import { bulk, calendarOf, interactive, START, times } from './fixtures';

const OPTIONS = { now: START, deniedAfterMs: 0 };
const agent = (): TicketRequest => ({
  lane: 'interactive',
  endpoint: 'machine',
  maxWaitMs: 250,
  isForAgent: true,
});

/** How many of the requests got a ticket, and what the last one was answered. */
function ask(state: CalendarState, requests: readonly TicketRequest[], now = START) {
  const { state: next, answers } = issue(state, requests, { ...OPTIONS, now });
  const granted = answers.filter(({ outcome }) => outcome === 'granted').length;
  return { state: next, granted, last: answers.at(-1) };
}

describe('refuseAgents()', () => {
  it("leaves the interactive lane's last third to people", () => {
    const spent = ask(
      calendarOf(),
      times(15, () => interactive()),
    );

    const agents = ask(
      spent.state,
      times(10, () => agent()),
    );
    const people = ask(
      agents.state,
      times(20, () => interactive()),
    );

    expect([agents.granted, people.granted]).toEqual([5, 10]);
  });

  it('says when the first permit is back that is not one of the last', () => {
    const spent = ask(
      calendarOf(),
      times(20, () => interactive()),
    );

    const early = ask(spent.state, [agent()], START + 59_000);
    expect(early.last).toEqual({ outcome: 'noSlot', slotAt: START + 60_000 });
    expect(ask(spent.state, [agent()], START + 60_000).granted).toBe(1);
  });

  it('takes nothing of the reserve that the queue leaves free', () => {
    const spent = ask(
      calendarOf(),
      times(200, () => bulk()),
    );
    const later = START + 60_000;
    const queue = ask(spent.state, [], later);

    const agents = ask(
      queue.state,
      times(10, () => agent()),
      later,
    );

    expect(queue.state.log).toHaveLength(90);
    expect(agents.granted).toBe(0);
    expect(ask(queue.state, [interactive()], later).granted).toBe(1);
  });

  it('is not in front of people who wait', () => {
    const waiting = ask(
      calendarOf(),
      times(5, () => interactive()),
    );
    const cooling = { ...waiting.state, coolUntil: START + 5_000 };
    const people = ask(cooling, [interactive()]);

    expect(people.granted).toBe(1);
    expect(ask(people.state, [agent()]).granted).toBe(0);
  });
});
