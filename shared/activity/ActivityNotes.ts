import { HOUR_MS } from '../clock/durations';
import type { Clock } from '../clock/Clock';
import { StorageUnavailableError } from '../storage/StorageUnavailableError';
import type { Activity, Part } from './Activity';
import type { ActivityStore } from './ActivityStore';

const WRITE_EVERY_MS = 10_000;
/** However many look at once. */
const READ_EVERY_MS = 5_000;

export interface ActivityNotesDeps {
  readonly activity: Pick<Activity, 'part'>;
  readonly store: ActivityStore;
  readonly clock: Clock;
  /** Runs later, without keeping the process from ending. */
  readonly later: (ms: number, run: () => void) => void;
}

/** Shares what this process does with the others, every ten seconds at most, and sees what they do. */
export class ActivityNotes {
  private writtenAt = -Infinity;
  private isPlanned = false;
  private seen: { readonly at: number; readonly parts: Promise<readonly Part[]> } | null = null;

  constructor(private readonly deps: ActivityNotesDeps) {}

  /** There is something new to share. */
  note(): void {
    if (this.isPlanned) return;
    this.isPlanned = true;
    const sinceMs = this.deps.clock.now() - this.writtenAt;
    const waitMs = WRITE_EVERY_MS - Math.min(WRITE_EVERY_MS, Math.max(0, sinceMs));
    this.deps.later(waitMs, () => void this.write());
  }

  /** What this process did. */
  own(): Part {
    return this.deps.activity.part();
  }

  /** What all processes did, this one up to now. @throws {StorageUnavailableError} */
  async parts(): Promise<readonly Part[]> {
    const { store, clock } = this.deps;
    const now = clock.now();
    if (!this.seen || now - this.seen.at >= READ_EVERY_MS || now < this.seen.at) {
      this.seen = { at: now, parts: store.others(now - HOUR_MS) };
    }
    return [this.own(), ...(await this.seen.parts)];
  }

  /** What cannot be written now is in the next write, too. */
  private async write(): Promise<void> {
    const { activity, store, clock } = this.deps;
    this.isPlanned = false;
    this.writtenAt = clock.now();
    try {
      await store.write(activity.part(), this.writtenAt);
    } catch (error) {
      if (!(error instanceof StorageUnavailableError)) throw error;
    }
  }
}
