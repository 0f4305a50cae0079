/** Message ids seen within a window, counted from the first sight of each. */
export class DuplicateHistory {
  private readonly windowMs: number;
  private readonly firstSeenAt = new Map<string, number>();

  constructor(windowMs: number) {
    this.windowMs = windowMs;
  }

  /** True if `messageId` was seen within the window; otherwise remembers it. */
  isDuplicate(messageId: string, now: number): boolean {
    this.forgetUntil(now - this.windowMs);
    if (this.firstSeenAt.has(messageId)) return true;
    this.firstSeenAt.set(messageId, now);
    return false;
  }

  private forgetUntil(instant: number): void {
    for (const [messageId, seenAt] of this.firstSeenAt) {
      if (seenAt > instant) return;
      this.firstSeenAt.delete(messageId);
    }
  }
}
