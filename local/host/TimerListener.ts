import type { Clock } from '../../shared/clock/Clock';
import { DAY_MS } from '../../shared/clock/durations';
import type { FunctionDefinition, TimerTrigger } from './FunctionDefinition';
import type { FunctionInvoker } from './FunctionInvoker';
import { NcrontabSchedule } from '../../shared/config/NcrontabSchedule';

/** Longest single sleep; timers in Node end at 2^31 ms. */
const MAX_SLEEP_MS = DAY_MS;

export interface TimerListenerOptions {
  readonly definition: FunctionDefinition<TimerTrigger>;
  readonly invoker: FunctionInvoker;
  readonly clock: Clock;
}

/** Fires one timer function: at its schedule, at start where it asks for that, and by hand; never twice at a time. */
export class TimerListener {
  private readonly options: TimerListenerOptions;
  private readonly schedule: NcrontabSchedule;
  private readonly stopped = new AbortController();
  private last: number | undefined;
  private running: Promise<void> = Promise.resolve();

  /** @throws SyntaxError when the schedule cannot be read. */
  constructor(options: TimerListenerOptions) {
    this.options = options;
    this.schedule = new NcrontabSchedule(options.definition.trigger.schedule);
  }

  start(): void {
    void this.loop();
  }

  stop(): void {
    this.stopped.abort();
  }

  /** Runs the function now, after a run that is under way; never rejects, failures are logged by the invoker. */
  fire(): Promise<void> {
    this.running = this.running.then(() => this.invoke());
    return this.running;
  }

  private async loop(): Promise<void> {
    const { clock, definition } = this.options;
    const { signal } = this.stopped;
    if (definition.trigger.runOnStartup) await this.fire();
    for (;;) {
      const at = this.schedule.next(clock.now());
      if (at === undefined || !(await this.sleepUntil(at)) || signal.aborted) return;
      await this.fire();
    }
  }

  /** False once stopped. */
  private async sleepUntil(at: number): Promise<boolean> {
    const { clock } = this.options;
    try {
      for (let left = at - clock.now(); left > 0; left = at - clock.now()) {
        await clock.sleep(Math.min(left, MAX_SLEEP_MS), this.stopped.signal);
      }
      return true;
    } catch {
      return false;
    }
  }

  private async invoke(): Promise<void> {
    const { clock, definition, invoker } = this.options;
    const now = clock.now();
    const timer = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: {
        Last: this.last === undefined ? '0001-01-01T00:00:00' : toIso(this.last),
        Next: toIso(this.schedule.next(now) ?? now),
        LastUpdated: toIso(this.last ?? now),
      },
      IsPastDue: false,
    };
    this.last = now;
    await invoker
      .invoke(definition, { data: { json: JSON.stringify(timer) }, metadata: {} })
      .catch(() => undefined);
  }
}

function toIso(at: number): string {
  return new Date(at).toISOString();
}
