import type { Clock, Random } from '../../shared/clock/Clock';
import type { VirtualClock } from './VirtualClock';

export interface InstanceOptions {
  readonly time: VirtualClock;
  readonly random: Random;
  /** Its clock minus true time. */
  readonly clockOffsetMs: number;
  /** Probability of dying at the end of any wait for the outside. */
  readonly crashPerAwait: number;
}

/** One process: its clock, and its death, after which nothing that awaited continues. */
export class Instance {
  readonly clock: Clock;
  private clockOffsetMs: number;
  private cutOffUntil = 0;
  private readonly atDeath: (() => void)[] = [];
  private dead = false;

  constructor(private readonly options: InstanceOptions) {
    const { time } = options;
    this.clockOffsetMs = options.clockOffsetMs;
    this.clock = {
      now: () => time.now() + this.clockOffsetMs,
      sleep: (ms, signal) => this.outside(time.sleep(ms, signal)),
    };
  }

  get isDead(): boolean {
    return this.dead;
  }

  /** As when the machine sleeps, or its clock is set. */
  stepClock(ms: number): void {
    this.clockOffsetMs += ms;
  }

  /** The store does not answer this process for so long, whatever it answers others. */
  cutOff(ms: number): void {
    this.cutOffUntil = this.options.time.now() + ms;
  }

  get isCutOff(): boolean {
    return this.options.time.now() < this.cutOffUntil;
  }

  onDeath(react: () => void): void {
    this.atDeath.push(react);
  }

  crash(): void {
    if (this.dead) return;
    this.dead = true;
    for (const react of this.atDeath) react();
  }

  /** Work outside continues when this process dies; its next steps do not. */
  outside<T>(happening: Promise<T>): Promise<T> {
    const { random, crashPerAwait } = this.options;
    return new Promise((resolve, reject) => {
      const live = (go: () => void): void => {
        if (!this.dead && crashPerAwait > 0 && random.next() < crashPerAwait) this.crash();
        if (!this.dead) go();
      };
      happening.then(
        (value) => {
          live(() => {
            resolve(value);
          });
        },
        (error: unknown) => {
          live(() => {
            // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- passed on as it came
            reject(error);
          });
        },
      );
    });
  }
}
