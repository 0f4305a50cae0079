/** In a burst, others need the store too. */
const AT_ONCE = 8;
/** Waiting work is in memory. */
const MAX_WAITING = 2_000;

/** Work that no delivery waits for: a few at a time, in order. None of it may fail. */
export class BackgroundWork {
  private readonly waiting: (() => Promise<void>)[] = [];
  private running = 0;

  /** False: so much waits already that this is not done. */
  add(work: () => Promise<void>): boolean {
    if (this.waiting.length >= MAX_WAITING) return false;
    this.waiting.push(work);
    if (this.running < AT_ONCE) void this.run();
    return true;
  }

  private async run(): Promise<void> {
    this.running += 1;
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) await next();
    this.running -= 1;
  }
}
