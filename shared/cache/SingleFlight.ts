/**
 * Callers that want the same thing at the same time share one piece of work. Nothing is remembered once it is over,
 * least of all a failure. The work is everyone's: it must not end because one caller gives up.
 */
export class SingleFlight<T> {
  private readonly inFlight = new Map<string, Promise<T>>();

  /** The work under way for `key`; null: none. */
  underWay(key: string): Promise<T> | null {
    return this.inFlight.get(key) ?? null;
  }

  /** Joins the work under way for `key`, or starts it. Rejects for all as `work` does. */
  run(key: string, work: () => Promise<T>): Promise<T> {
    const joined = this.inFlight.get(key);
    if (joined) return joined;

    const started = Promise.resolve()
      .then(work)
      .finally(() => this.inFlight.delete(key));
    this.inFlight.set(key, started);
    return started;
  }
}
