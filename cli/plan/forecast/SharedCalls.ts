import type { Ask } from './Group';

/** Calls that answer every lookup that asks the same: who waits for one that has not been made, or that it has been. */
export class SharedCalls {
  private readonly calls = new Map<string, { isDone: boolean; waiters: Ask[] }>();

  /** Somebody makes the call. */
  begin(key: string): void {
    if (!this.calls.has(key)) this.calls.set(key, { isDone: false, waiters: [] });
  }

  /** `first`: it is for this one to make. `waiting`: another makes it. `done`: its answer is there. */
  enter(key: string, ask: Ask): 'first' | 'waiting' | 'done' {
    const call = this.calls.get(key);
    if (!call) {
      this.begin(key);
      return 'first';
    }
    if (call.isDone) return 'done';
    call.waiters.push(ask);
    return 'waiting';
  }

  /** It has been made. @returns who waited for it. */
  end(key: string): readonly Ask[] {
    const call = this.calls.get(key);
    if (!call) return [];
    call.isDone = true;
    return call.waiters.splice(0);
  }

  /** It is not made. @returns who waited for it. */
  drop(key: string): readonly Ask[] {
    const waiters = this.calls.get(key)?.waiters ?? [];
    this.calls.delete(key);
    return waiters;
  }
}
