import { fail, probe, recover } from '../../../../shared/quota/calendar/breaker';
import type { CalendarState } from '../../../../shared/quota/calendar/CalendarState';
import { issue } from '../../../../shared/quota/calendar/issue';
import { openBreaker } from '../../../../shared/quota/calendar/openBreaker';
import { Plan } from '../../../../shared/quota/calendar/Plan';
import type { Breaker } from '../../../../shared/quota/Quota';
import { DEFAULTS } from '../../../../local/simulation/calendarConfigs';
import { bulk, calendarOf, START, times } from './fixtures';

const endpoint = 'machine';

/** After these failures, a minute apart; all but the first by probers. */
function afterFailures(...whys: readonly Breaker['why'][]): CalendarState {
  return whys.reduce(
    (state, why, index) =>
      fail(state, { endpoint, why, probed: index > 0 }, START + index * 60_000) ?? state,
    calendarOf(),
  );
}

describe('fail()', () => {
  it.each<{ whys: Breaker['why'][]; open: Partial<Breaker> | null }>([
    { whys: ['failing', 'failing'], open: null },
    { whys: ['failing', 'failing', 'failing'], open: { why: 'failing', failures: 3 } },
    { whys: ['forbidden'], open: { why: 'forbidden', failures: 1, since: START } },
    {
      whys: ['failing', 'forbidden'],
      open: { why: 'forbidden', failures: 1, since: START + 60_000 },
    },
    {
      whys: ['forbidden', 'failing', 'unauthorized'],
      open: { why: 'forbidden', failures: 3, since: START },
    },
    {
      whys: ['unauthorized', 'failing'],
      open: { why: 'unauthorized', failures: 2, since: START },
    },
    {
      whys: ['unauthorized', 'forbidden'],
      open: { why: 'forbidden', failures: 1, since: START + 60_000 },
    },
  ])('leaves the breaker at $open after $whys', ({ whys, open }) => {
    const breaker = openBreaker(afterFailures(...whys));

    if (open === null) expect(breaker).toBeNull();
    else expect(breaker).toMatchObject(open);
  });

  it('counts only the prober once the breaker is open', () => {
    const open = afterFailures('forbidden');

    expect(fail(open, { endpoint, why: 'forbidden', probed: false }, START + 1)).toBeNull();
  });

  it('leaves other endpoints open where all share one calendar', () => {
    const shared = calendarOf({ ...DEFAULTS, scope: 'application' });

    const broken = fail(shared, { endpoint, why: 'forbidden', probed: false }, START);

    expect(broken?.coolUntil).toBe(0);
    expect(broken?.breakers.machine).toMatchObject({ until: START + 6_000 });
  });
});

describe('recover()', () => {
  it('closes the breaker and lets no slot come earlier', () => {
    const broken = afterFailures('forbidden');
    const waiting = issue(broken, [bulk()], { now: START, deniedAfterMs: 1e9 }).state;

    const recovered = recover(waiting, endpoint, START + 1_000) ?? waiting;

    expect(openBreaker(recovered)).toBeNull();
    expect(new Plan(recovered).slotOf('normal', 0)).toBe(START + 6_000);
  });

  it('has nothing to do for an endpoint without failures', () => {
    expect(recover(calendarOf(), endpoint, START)).toBeNull();
  });
});

describe('probe()', () => {
  const waiting = issue(
    afterFailures('forbidden'),
    times(5, () => bulk()),
    { now: START, deniedAfterMs: 1e9 },
  ).state;
  const due = START + 6_000;

  it('spends the slot of the first who asks, and shuts the endpoint for the others', () => {
    const probed = probe(waiting, { endpoint, flow: 'normal', ordinal: 0 }, due) ?? waiting;

    expect(probed.log).toEqual([due]);
    expect(new Plan(probed).slotOf('normal', 0)).toBe(due);
    expect(new Plan(probed).slotOf('normal', 1)).toBe(due + 6_000);
    expect(probe(probed, { endpoint, flow: 'normal', ordinal: 1 }, due + 200)).toBeNull();
  });

  it('passes over those whose turn went by', () => {
    const probed = probe(waiting, { endpoint, flow: 'normal', ordinal: 2 }, due + 200) ?? waiting;

    const plan = new Plan(probed);
    expect([0, 1, 2].map((ordinal) => plan.slotOf('normal', ordinal))).toEqual([
      null,
      null,
      due + 200,
    ]);
  });

  it.each([
    { title: 'before its slot', ordinal: 1, now: due },
    { title: 'while the endpoint is shut', ordinal: 0, now: due - 1_000 },
    { title: 'with a ticket that does not exist', ordinal: 9, now: due + 10_000 },
  ])('refuses a holder $title', ({ ordinal, now }) => {
    expect(probe(waiting, { endpoint, flow: 'normal', ordinal }, now)).toBeNull();
  });
});
