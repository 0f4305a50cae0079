const WITHIN_MS = 1_000;
/** So many requests ask within a second only when many wait. */
const MANY = 8;

/** Whether so much is asked for at once that calls are worth filling, even if there are slots for smaller ones. */
export class Pressure {
  private recent: { readonly requestId: string; readonly at: number }[] = [];

  /** A question of a request has come at `now` (Unix ms). */
  note(requestId: string, now: number): void {
    this.recent = this.recent.filter(({ at }) => at > now - WITHIN_MS && at <= now);
    this.recent.push({ requestId, at: now });
  }

  isHigh(now: number): boolean {
    const lately = this.recent.filter(({ at }) => at > now - WITHIN_MS && at <= now);
    return new Set(lately.map(({ requestId }) => requestId)).size >= MANY;
  }
}
