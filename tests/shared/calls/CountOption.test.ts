import type { DefenderQuery } from '../../../shared/defender/DefenderQuery';
import { CountOption } from '../../../shared/calls/CountOption';

const list = { endpoint: 'machines', filter: null, top: 10, skip: 0, count: 'ifTaken' } as const;
const uncounted = { ...list, count: false } as const;

describe('CountOption', () => {
  it('counts until that is refused, and then no more', () => {
    const count = new CountOption();
    expect(count.applyTo(list)).toBe(list);

    expect(count.learn(list, list)).toBe(true);

    expect(count.applyTo(list)).toEqual(uncounted);
  });

  it('counts again when the query is refused without it too', () => {
    const count = new CountOption();
    count.learn(list, list);

    expect(count.learn(list, uncounted)).toBe(false);

    expect(count.applyTo(list)).toBe(list);
  });

  it.each<DefenderQuery>([
    { ...list, count: true },
    { ...list, count: false },
  ])('leaves alone what is asked for in any case: $count', (query) => {
    const count = new CountOption();
    count.learn(list, list);

    expect([count.applyTo(query), count.learn(query, query)]).toEqual([query, false]);
    expect(count.applyTo(list)).toEqual(uncounted);
  });
});
