import type { Clock } from '../clock/Clock';
import { MINUTE_MS } from '../clock/durations';
import { inTime } from '../clock/inTime';
import { failed, type Check, type CheckResult } from './Check';

export interface DoctorDeps {
  /** In the order in which they are told. */
  readonly checks: Readonly<Record<string, Check>>;
  readonly clock: Clock;
}

const KEEP_MS = MINUTE_MS;
const TIMEOUT_MS = 60_000;

/** Looks at everything the app needs, once a minute at most, as it makes calls. */
export class Doctor {
  private latest: {
    readonly at: number;
    readonly results: Promise<readonly CheckResult[]>;
  } | null = null;

  constructor(private readonly deps: DoctorDeps) {}

  /** Never rejects. */
  examine(): Promise<readonly CheckResult[]> {
    const now = this.deps.clock.now();
    if (!this.latest || now - this.latest.at >= KEEP_MS)
      this.latest = { at: now, results: this.examineAll() };
    return this.latest.results;
  }

  private async examineAll(): Promise<readonly CheckResult[]> {
    const found: CheckResult[] = [];
    for (const [name, check] of Object.entries(this.deps.checks)) {
      const late = [
        failed(name, `no answer within ${TIMEOUT_MS / 1_000} s`, 'See the others first.'),
      ];
      const results = await inTime(this.deps.clock, TIMEOUT_MS, check, () => late).catch(() => [
        failed(name, 'the check itself failed', 'Look into the log of the app.'),
      ]);
      found.push(...results);
    }
    return found;
  }
}
