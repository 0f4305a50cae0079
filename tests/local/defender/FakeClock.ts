import type { Clock } from '../../../shared/clock/Clock';

/** Time that passes when told to; sleeping takes no time but moves the clock on. */
export class FakeClock implements Clock {
  readonly slept: number[] = [];
  private at = Date.UTC(2026, 10, 21, 8, 15, 3);

  now(): number {
    return this.at;
  }

  async sleep(ms: number): Promise<void> {
    this.slept.push(ms);
    this.at += ms;
  }

  advance(ms: number): void {
    this.at += ms;
  }

  /** ISO time of an instant relative to now. */
  iso(offsetMs = 0): string {
    return new Date(this.at + offsetMs).toISOString();
  }
}
