/** What comes within this time is handled together, as the app's processes join what they write. */
const TICK_MS = 500;

/** Things to come, by the tick in which they do. */
export class TickQueue<T> {
  private readonly ticks = new Map<number, T[]>();
  /** A heap would be no faster for the few hundred ticks that are ahead at any time. */
  private ahead: number[] = [];

  add(at: number, thing: T): void {
    const tick = Math.ceil(at / TICK_MS) * TICK_MS;
    const there = this.ticks.get(tick);
    if (there) {
      there.push(thing);
      return;
    }
    this.ticks.set(tick, [thing]);
    const later = this.ahead.findLastIndex((other) => other > tick);
    this.ahead.splice(later + 1, 0, tick);
  }

  /** Unix ms; Infinity: nothing is to come. */
  get nextAt(): number {
    return this.ahead.at(-1) ?? Infinity;
  }

  /** All of the next tick. */
  take(): readonly T[] {
    const tick = this.ahead.pop();
    if (tick === undefined) return [];
    const things = this.ticks.get(tick) ?? [];
    this.ticks.delete(tick);
    return things;
  }
}
