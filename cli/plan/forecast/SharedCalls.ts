import type { Ask } from './Group';

const NOBODY: readonly Ask[] = [];

/** Calls that answer every lookup that asks the same: who waits for one that has not been made, or that it has been. */
export class SharedCalls {
  private readonly begun = new Set<number>();
  private readonly done = new Set<number>();
  private readonly waiting = new Map<number, Ask[]>();

  /** Somebody makes the call. */
  begin(call: number): void {
    this.begun.add(call);
  }

  /** `first`: it is for this one to make. `waiting`: another makes it. `done`: its answer is there. */
  enter(call: number, ask: Ask): 'first' | 'waiting' | 'done' {
    if (this.done.has(call)) return 'done';
    if (!this.begun.has(call)) {
      this.begin(call);
      return 'first';
    }
    const there = this.waiting.get(call);
    if (there) there.push(ask);
    else this.waiting.set(call, [ask]);
    return 'waiting';
  }

  /** It has been made. @returns who waited for it. */
  end(call: number): readonly Ask[] {
    this.done.add(call);
    return this.left(call);
  }

  /** It is not made. @returns who waited for it. */
  drop(call: number): readonly Ask[] {
    this.begun.delete(call);
    return this.left(call);
  }

  private left(call: number): readonly Ask[] {
    const waiting = this.waiting.get(call);
    if (!waiting) return NOBODY;
    this.waiting.delete(call);
    return waiting;
  }
}
