import fc from 'fast-check';
import { overlapOf } from '../../../../shared/inventory/walk/Walk';
import { InventoryWorld } from '../InventoryWorld';
import { MovingFleet, STEADY, type FleetOptions } from '../MovingFleet';
import { SeededRandom } from '../../../../local/SeededRandom';

const PAGE_SIZE = 40;
const WALKS = 80;
const TROUBLED_WALKS = 25;
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
  /** Shares of the rows, over one walk: report and move; come, and as many go; move; change places with another. */
  readonly report: number;
  readonly come: number;
  readonly move: number;
  readonly swap: number;
  /** Chance that up to a page of rows vanishes at once before a call. */
  readonly burst: number;
}

const USUAL: Trouble = { ...STEADY, report: 0.05, come: 0.01, move: 0, swap: 0, burst: 0 };

/** One call in ten fails, and processes die. */
async function goThrough({ seed, size, firings }: Walk, trouble: Partial<Trouble>) {
  const { report, come, move, swap, burst, ...options } = { ...USUAL, ...trouble };
  const random = new SeededRandom(seed);
  const fleet = new MovingFleet(size, random, options);
  const calls = Math.max(4, size / (Math.min(PAGE_SIZE, options.pageCap) * 0.8));
  const meanwhile = (now: number) => {
    const times = (share: number) => Math.floor((size * share) / calls + random.next());
    for (let n = times(report); n > 0; n--) fleet.touch(now);
    for (let n = times(come); n > 0; n--) fleet.add(now);
    for (let n = times(come); n > 0; n--) fleet.remove();
    for (let n = times(move); n > 0; n--) fleet.move();
    for (let n = times(swap); n > 0; n--) fleet.swap(fleet.below(size), fleet.below(size));
    if (random.next() < burst) fleet.removeRange(fleet.below(PAGE_SIZE));
  };
  const faults = { call: 0.1, crash: 0.02, lostMessage: 0.002 };
  const world = new InventoryWorld({ random, fleet, pageSize: PAGE_SIZE, faults, meanwhile });
  await world.run(firings);
  return { world, fleet, runs: await world.runs.list(0) };
}

/** Whether the snapshot counts as complete; then it holds each machine that was there throughout, once. */
async function isConfirmed(given: Walk, trouble: Partial<Trouble>): Promise<boolean> {
  const { world, fleet, runs } = await goThrough(given, trouble);
  const [flip] = world.flips;
  const listed = new Set(flip?.ids);
  const isComplete = flip?.doubts.length === 0;
  expect(world.flips).toHaveLength(1);
  expect(runs.map(({ status }) => status)).toEqual([isComplete ? 'published' : 'incomplete']);
  expect(flip?.ids).toHaveLength(listed.size);
  if (isComplete) expect([...fleet.throughout].filter((id) => !listed.has(id))).toEqual([]);
  return isComplete;
}

describe('InventoryQueue, while machines report, come and go, and calls and processes fail', () => {
  // Proof must be the rule, or flagging everything would pass: `least` is the share of snapshots that are complete.
  it.each<{ what: string; trouble: Partial<Trouble>; least: number; walks?: number }>([
    { what: 'rows move as they report', trouble: {}, least: 0.9, walks: WALKS },
    { what: 'nothing moves', trouble: { report: 0, come: 0 }, least: 1 },
    { what: 'the service does not count', trouble: { count: 'absent' }, least: 0.85 },
    { what: 'the count is that of the page', trouble: { count: 'ofPage' }, least: 0.85 },
    { what: 'the count is too low', trouble: { count: 'tooFew' }, least: 0.85 },
    // That many are hidden, for all that can be known.
    { what: 'the count is too high', trouble: { count: 'tooMany' }, least: 0 },
    { what: 'rows move silently', trouble: { move: 0.02 }, least: 0.4, walks: WALKS },
    { what: 'rows change places', trouble: { swap: 0.01, report: 0, come: 0 }, least: 0.6 },
    {
      what: 'rows change places and are not counted',
      trouble: { swap: 0.01, report: 0, come: 0, count: 'absent' },
      least: 0.6,
    },
    { what: 'pages are small', trouble: { pageCap: 17 }, least: 0.8 },
    {
      what: 'pages are small and counted as if they were all',
      trouble: { pageCap: 17, count: 'ofPage' },
      least: 0.75,
    },
    { what: 'pages are cut short', trouble: { shortPages: 0.1 }, least: 0.85 },
    {
      what: 'rows vanish by the dozen and pages are cut short',
      trouble: { shortPages: 0.1, burst: 0.2 },
      least: 0.2,
    },
    { what: 'ids change their letter case', trouble: { caseFlips: true }, least: 0.9 },
    { what: 'three rows have no id', trouble: { unnamed: 3 }, least: 0.9 },
  ])(
    'never misses a machine that was there throughout without saying so: $what',
    async ({ trouble, least, walks = TROUBLED_WALKS }) => {
      let confirmed = 0;
      const property = fc.asyncProperty(walk, async (given) => {
        if (await isConfirmed(given, trouble)) confirmed += 1;
      });

      await fc.assert(property, { numRuns: walks });

      expect(confirmed).toBeGreaterThanOrEqual(walks * least);
    },
  );

  it('flags every walk over a list that has another order with each call', async () => {
    const longer = fc.record({
      seed: fc.integer({ min: 0, max: 0xffff_ffff }),
      firings: fc.constant([0, 500]),
      size: fc.integer({ min: 2 * PAGE_SIZE, max: 6 * PAGE_SIZE }),
    });
    const property = fc.asyncProperty(longer, async (given) => {
      const { world } = await goThrough(given, { unstable: true });

      expect(world.flips[0]?.doubts).toContain('inventory.overlapUnconfirmed');
    });

    await fc.assert(property, { numRuns: TROUBLED_WALKS });
  });
});
