import fc from 'fast-check';
import { overlapOf } from '../../../shared/inventory/Walk';
import { InventoryWorld } from './InventoryWorld';
import { MovingFleet, type FleetOptions } from './MovingFleet';
import { SeededRandom } from '../../../local/defender/fleet/seededRandom';

const PAGE_SIZE = 40;
const WALKS = 1_000;
const TROUBLED_WALKS = 300;
/** The second page ends exactly where the list does. */
const TWO_PAGES = 2 * PAGE_SIZE - overlapOf(PAGE_SIZE);
/** Where one row more makes another page. */
const EDGES = [0, 1, ...[PAGE_SIZE, TWO_PAGES].flatMap((size) => [size - 1, size, size + 1])];

const walk = fc.record({
  seed: fc.integer({ min: 0, max: 0xffff_ffff }),
  size: fc.oneof(fc.integer({ min: 0, max: 8 * PAGE_SIZE }), fc.constantFrom(...EDGES)),
  firings: fc.array(fc.integer({ min: -1_000, max: 60_000 }), { minLength: 2, maxLength: 5 }),
});

interface Walk {
  readonly seed: number;
  readonly size: number;
  readonly firings: readonly number[];
}

interface Trouble extends FleetOptions {
  /** Chance that up to a page of rows vanishes at once before a call. */
  readonly burst: number;
}

const NO_TROUBLE: Trouble = { unstable: false, shortPages: 0, burst: 0 };

/** Over one walk: 5 % report, 1 % come, 1 % go; one call in ten fails, and processes die. */
async function goThrough({ seed, size, firings }: Walk, trouble: Partial<Trouble> = {}) {
  const { unstable, shortPages, burst } = { ...NO_TROUBLE, ...trouble };
  const random = new SeededRandom(seed.toString(16).padStart(8, '0'));
  const fleet = new MovingFleet(size, random, { unstable, shortPages });
  const calls = Math.max(4, size / (PAGE_SIZE * 0.9));
  const meanwhile = (now: number) => {
    const times = (share: number) => Math.floor((size * share) / calls + random.next());
    for (let n = times(0.05); n > 0; n--) fleet.touch(now);
    for (let n = times(0.01); n > 0; n--) fleet.add(now);
    for (let n = times(0.01); n > 0; n--) fleet.remove();
    if (random.next() < burst) fleet.removeRange(fleet.below(PAGE_SIZE));
  };
  const faults = { call: 0.1, crash: 0.02, lostMessage: 0.002 };
  const world = new InventoryWorld({ random, fleet, pageSize: PAGE_SIZE, faults, meanwhile });
  await world.run(firings);
  const runs = await world.runs.list(0);
  return { world, fleet, runs };
}

describe('InventoryQueue, while machines report, come and go, and calls and processes fail', () => {
  it('never misses a machine that was there throughout without saying so, and flips once per slot', async () => {
    let confirmed = 0;
    const property = fc.asyncProperty(walk, async (given) => {
      const { world, fleet, runs } = await goThrough(given);

      const [flip] = world.flips;
      const listed = new Set(flip?.ids);
      const missing = [...fleet.throughout].filter((id) => !listed.has(id));
      expect(world.flips).toHaveLength(1);
      expect(runs.map(({ status }) => status)).toEqual([
        flip?.doubts.length ? 'incomplete' : 'published',
      ]);
      expect(flip?.ids).toHaveLength(listed.size);
      if (flip?.doubts.length === 0) {
        confirmed += 1;
        expect(missing).toEqual([]);
      }
    });

    await fc.assert(property, { numRuns: WALKS });

    // Proof must be the rule, or flagging everything would pass.
    expect(confirmed).toBeGreaterThan(WALKS * 0.95);
  });

  it('misses nothing silently when rows vanish by the dozen and pages are cut short', async () => {
    let confirmed = 0;
    const property = fc.asyncProperty(walk, async (given) => {
      const { world, fleet } = await goThrough(given, { shortPages: 0.1, burst: 0.2 });

      const [flip] = world.flips;
      const listed = new Set(flip?.ids);
      if (flip?.doubts.length !== 0) return;
      confirmed += 1;
      expect([...fleet.throughout].filter((id) => !listed.has(id))).toEqual([]);
    });

    await fc.assert(property, { numRuns: TROUBLED_WALKS });

    expect(confirmed).toBeGreaterThan(TROUBLED_WALKS / 2);
  });

  it('flags every walk over a list that has another order with each call', async () => {
    const longer = fc.record({
      ...{ seed: fc.integer({ min: 0, max: 0xffff_ffff }), firings: fc.constant([0, 500]) },
      size: fc.integer({ min: 2 * PAGE_SIZE, max: 6 * PAGE_SIZE }),
    });
    const property = fc.asyncProperty(longer, async (given) => {
      const { world } = await goThrough(given, { unstable: true });

      expect(world.flips[0]?.doubts).toContain('inventory.overlapUnconfirmed');
    });

    await fc.assert(property, { numRuns: 100 });
  });
});
