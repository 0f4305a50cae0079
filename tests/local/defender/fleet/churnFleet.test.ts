import { createFleet } from '../../../../local/defender/fleet/createFleet';
import { churnFleet, NO_CHURN } from '../../../../local/defender/fleet/churnFleet';
import { SeededRandom } from '../../../../local/SeededRandom';

const NOW = Date.parse('2026-02-01T00:00:00Z');
const SIZE = 300;

const newFleet = () =>
  createFleet({ seed: 1, machines: SIZE, startAt: NOW - 60_000, tenantId: 't' });

describe('churnFleet', () => {
  it('leaves a fleet alone when nothing is to happen', () => {
    const fleet = newFleet();
    const before = [...fleet.machines];

    churnFleet(fleet, NO_CHURN, new SeededRandom(0x0badcafe), NOW);

    expect(fleet.machines).toEqual(before);
  });

  it('adds, removes and moves as many rows as asked, and keeps the order of all others', () => {
    const fleet = newFleet();
    const before = fleet.machines.map(({ id }) => id);

    const churn = { ...NO_CHURN, added: 7, removed: 5, seen: 20 };
    churnFleet(fleet, churn, new SeededRandom(0x0badcafe), NOW);

    const after = fleet.machines.map(({ id }) => id);
    const seen = fleet.machines.filter(({ lastSeen }) => Date.parse(lastSeen ?? '') === NOW);
    const moved = new Set(seen.map(({ id }) => id));
    expect(after.filter((id) => !before.includes(id))).toHaveLength(7);
    expect(before.filter((id) => !after.includes(id))).toHaveLength(5);
    expect(moved.size).toBeGreaterThan(20);
    expect(after.filter((id) => before.includes(id) && !moved.has(id))).toEqual(
      before.filter((id) => after.includes(id) && !moved.has(id)),
    );
  });

  it.each([
    { what: 'moves', churn: { moved: 5 } },
    { what: 'swaps', churn: { swapped: 3 } },
  ])('$what rows without a trace on them', ({ churn }) => {
    const fleet = newFleet();
    const before = [...fleet.machines];
    const text = JSON.stringify(before);

    churnFleet(fleet, { ...NO_CHURN, ...churn }, new SeededRandom(0x0badcafe), NOW);

    expect(fleet.machines).not.toEqual(before);
    expect(new Set(fleet.machines)).toEqual(new Set(before));
    expect(JSON.stringify(before)).toBe(text);
  });

  it('lets rows that change places leave all others where they are', () => {
    const fleet = newFleet();
    const before = [...fleet.machines];

    churnFleet(fleet, { ...NO_CHURN, swapped: 1 }, new SeededRandom(0x0badcafe), NOW);

    expect(fleet.machines.filter((machine, at) => machine !== before[at])).toHaveLength(2);
  });

  it('forgets removed machines, and knows added ones', () => {
    const fleet = newFleet();
    const before = [...fleet.machines];

    const churn = { ...NO_CHURN, added: 1, removed: 1 };
    churnFleet(fleet, churn, new SeededRandom(0x0badcafe), NOW);

    const removed = before.find((machine) => !fleet.machines.includes(machine));
    const added = fleet.machines.find((machine) => !before.includes(machine));
    expect(fleet.machine(removed?.id ?? '')).toBeUndefined();
    expect(fleet.machine(added?.id ?? '')).toBe(added);
  });
});
