import { z } from 'zod';
import type { Fleet } from './Fleet';
import { seededDigest } from './seededDigest';
import type { SeededRandom } from '../../SeededRandom';
import { serviceTime } from './serviceTime';
import { windowsMachine } from './windowsMachine';

/** What happens to the fleet before each page of the list of machines: so many rows each. */
export const Churn = z.strictObject({
  added: z.int().nonnegative(),
  removed: z.int().nonnegative(),
  /** Report anew: `lastSeen` is now, and the row moves to a random place. */
  seen: z.int().nonnegative(),
  /** Move to a random place, as after a change of tags or risk: `lastSeen` does not show it. */
  moved: z.int().nonnegative(),
  /** Pairs of rows that change places. */
  swapped: z.int().nonnegative(),
});
export type Churn = Readonly<z.output<typeof Churn>>;

export const NO_CHURN: Churn = { added: 0, removed: 0, seen: 0, moved: 0, swapped: 0 };

/** Rows that are left alone keep their order, but for those that change places. */
export function churnFleet(
  fleet: Fleet,
  { added, removed, seen, moved, swapped }: Churn,
  random: SeededRandom,
  now: number,
): void {
  const anywhere = (extra = 0) => random.below(fleet.machines.length + extra);
  for (let count = 0; count < removed; count++) {
    const machine = fleet.removeListed(anywhere());
    if (machine) fleet.forget(machine);
  }
  for (let count = 0; count < added; count++) {
    const id = seededDigest('added', random.next());
    const machine = windowsMachine({ id, lastSeenAt: now, addresses: [] });
    fleet.addMachine(machine);
    fleet.insertListed(anywhere(1), machine);
  }
  for (let count = 0; count < seen; count++) {
    const machine = fleet.removeListed(anywhere());
    if (!machine) continue;
    // In place, as every index of the fleet holds it.
    Object.assign(machine, { lastSeen: serviceTime(now) });
    fleet.insertListed(anywhere(1), machine);
  }
  for (let count = 0; count < moved; count++) {
    const machine = fleet.removeListed(anywhere());
    if (machine) fleet.insertListed(anywhere(1), machine);
  }
  for (let count = 0; count < swapped; count++) fleet.swapListed(anywhere(), anywhere());
}
