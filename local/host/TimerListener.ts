import type { Clock } from '../../shared/clock/Clock';
import { DAY_MS } from '../../shared/clock/durations';
import { NcrontabSchedule } from '../../shared/config/NcrontabSchedule';
import type { FunctionDefinition, TimerTrigger } from './FunctionDefinition';
import type { FunctionInvoker } from './FunctionInvoker';
import { describeError } from './HostLogger';
import { toScheduleStatus, type TimerStatus, type TimerStatusStore } from './TimerStatus';

/** Longest single sleep; timers in Node end at 2^31 ms. */
const MAX_SLEEP_MS = DAY_MS;
/** `DateTime.MaxValue`, for a date that never comes. */
const NEVER_AT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

export interface TimerListenerOptions {
  readonly definition: FunctionDefinition<TimerTrigger>;
  readonly invoker: FunctionInvoker;
  readonly clock: Clock;
  /** null: every start is the first one. */
  readonly timerStatus: TimerStatusStore | null;
  readonly warn: (message: string) => void;
}

/**
 * Fires one timer function: at its schedule, at start where it asks for that or a run was missed, and by hand; never
 * twice at a time. Follows `TimerListener` and `ScheduleMonitor` of azure-webjobs-sdk-extensions.
 */
export class TimerListener {
  private readonly options: TimerListenerOptions;
  private readonly schedule: NcrontabSchedule;
  private readonly stopped = new AbortController();
  private status: TimerStatus;
  private running: Promise<void> = Promise.resolve();

  /** @throws SyntaxError when the schedule cannot be read. */
  constructor(options: TimerListenerOptions) {
    this.options = options;
    this.schedule = new NcrontabSchedule(options.definition.trigger.schedule);
    this.status = this.neverRun(options.clock.now());
  }

  start(): void {
    void this.loop();
  }

  /** Resolves once a run that is under way has ended. */
  stop(): Promise<void> {
    this.stopped.abort();
    return this.running;
  }

  /** Runs the function now, after a run that is under way; never rejects, failures are logged by the invoker. */
  fire(): Promise<void> {
    return this.enqueue(() => this.invoke(false));
  }

  private async loop(): Promise<void> {
    const isPastDue = await this.resume();
    if (isPastDue || this.options.definition.trigger.runOnStartup) await this.run(isPastDue);
    while (await this.sleepUntil(this.status.nextAt)) await this.run(false);
  }

  /** Takes up the stored status. @returns whether a run was due while no host ran */
  private async resume(): Promise<boolean> {
    const now = this.options.clock.now();
    const stored = await this.load();
    const countedFrom = stored?.lastAt ?? stored?.updatedAt ?? now;
    const nextAt = this.nextAfter(countedFrom);
    if (stored?.nextAt === nextAt) this.status = stored;
    // A new timer, or a new schedule, of which nothing can have been missed.
    else if (nextAt < now) await this.keep(this.neverRun(now));
    else await this.keep({ lastAt: null, nextAt, updatedAt: countedFrom });
    return this.status.nextAt < now;
  }

  /** A run by the schedule, which moves on with it. */
  private run(isPastDue: boolean): Promise<void> {
    return this.enqueue(async () => {
      if (this.stopped.signal.aborted) return;
      const lastAt = this.options.clock.now();
      await this.invoke(isPastDue);
      await this.keep({ lastAt, nextAt: this.nextAfter(lastAt), updatedAt: lastAt });
    });
  }

  private enqueue(run: () => Promise<void>): Promise<void> {
    this.running = this.running.then(run);
    return this.running;
  }

  /** False once stopped, and for a date that never comes. */
  private async sleepUntil(at: number): Promise<boolean> {
    const { clock } = this.options;
    if (at === NEVER_AT) return false;
    try {
      for (let left = at - clock.now(); left > 0; left = at - clock.now()) {
        await clock.sleep(Math.min(left, MAX_SLEEP_MS), this.stopped.signal);
      }
      return !this.stopped.signal.aborted;
    } catch {
      return false;
    }
  }

  private async invoke(isPastDue: boolean): Promise<void> {
    const { definition, invoker } = this.options;
    const timer = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: toScheduleStatus(this.status),
      IsPastDue: isPastDue,
    };
    await invoker
      .invoke(definition, { data: { json: JSON.stringify(timer) }, metadata: {} })
      .catch(() => undefined);
  }

  private async load(): Promise<TimerStatus | null> {
    const { definition, timerStatus } = this.options;
    if (!timerStatus) return null;
    return timerStatus.read(definition.name).catch((error: unknown) => {
      this.warn('cannot be read', error);
      return null;
    });
  }

  /** As on the real host, a status that cannot be stored does not stop the schedule. */
  private async keep(status: TimerStatus): Promise<void> {
    const { definition, timerStatus } = this.options;
    this.status = status;
    await timerStatus?.write(definition.name, status).catch((error: unknown) => {
      this.warn('cannot be stored', error);
    });
  }

  private warn(what: string, error: unknown): void {
    const { definition, warn } = this.options;
    warn(`Timer "${definition.name}": its status ${what}. ${describeError(error)}`);
  }

  private neverRun(now: number): TimerStatus {
    return { lastAt: null, nextAt: this.nextAfter(now), updatedAt: now };
  }

  private nextAfter(at: number): number {
    return this.schedule.next(at) ?? NEVER_AT;
  }
}
