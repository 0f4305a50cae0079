import type { Random } from '../shared/clock/Clock';

/** The same numbers for the same seed. Mulberry32: 32 bits of state are plenty for test data and simulations. */
export class SeededRandom implements Random {
  private state: number;

  /** @param seed a whole number; its lowest 32 bits count */
  constructor(seed: number) {
    this.state = seed | 0;
  }

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** @throws {RangeError} nothing to choose from */
  pick<T>(choices: readonly T[]): T {
    if (choices.length === 0) throw new RangeError('Cannot pick: no choices');
    return choices[this.below(choices.length)] as T; // in bounds
  }

  /** The same elements in an arbitrary order (Fisher–Yates). */
  shuffle<T>(elements: readonly T[]): T[] {
    const shuffled = [...elements];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = this.below(last + 1);
      [shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T]; // both in bounds
    }
    return shuffled;
  }
}
