import type { Random } from '../../shared/clock/Clock';
import { HOUR_MS, MINUTE_MS } from '../../shared/clock/durations';
import { SeededRandom } from '../SeededRandom';
import { Instance } from './Instance';
import type { Job, Pacer } from './Pacer';
import { SimulatedDefender, type DefenderRules } from './SimulatedDefender';
import { SimulatedQueue } from './SimulatedQueue';
import { SimulatedTable, type TableWeather } from './SimulatedTable';
import { VirtualClock } from './VirtualClock';
import type { WorldReport } from './WorldReport';

export interface WorldOptions {
  readonly seed: number;
  readonly instances: number;
  readonly lookups: number;
  /** The lookups arrive evenly within this time. */
  readonly arriveWithinMs: number;
  readonly defender: DefenderRules;
  readonly table: (startAt: number) => TableWeather;
  readonly late: number;
  /** Clocks are off by up to that much. */
  readonly skewMs: number;
  /** Once in the first hour each clock is set by up to that much, back or forth. */
  readonly clockStepMs: number;
  readonly callJitterMs: number;
  /** Once in the first hour the Table stops answering every second process, for up to that long. */
  readonly cutOffMs: number;
  readonly crashPerAwait: number;
  /** Mean life of an instance; 0 = endless. */
  readonly crashEveryMs: number;
  /** Users' lookups per minute, at random times, until the others are done. */
  readonly interactivePerMinute: number;
  readonly stopAfterMs: number;
}

export interface PacerContext<V> {
  readonly table: SimulatedTable<V>;
  readonly instance: Instance;
  readonly random: Random;
  readonly time: VirtualClock;
}

/** Code under test in a Pacer for each process; `V` is what it keeps in the Table, `C` what its messages carry. */
export type MakePacer<V, C> = (context: PacerContext<V>) => Pacer<C>;

const RESTART_MS = 5_000;
const MAX_WAIT_MS = 10_000;

/** Runs one world until every lookup is done, or time is up. The same options give the same report, to the byte. */
export async function runWorld<V, C>(
  options: WorldOptions,
  makePacer: MakePacer<V, C>,
): Promise<WorldReport> {
  const world = new World(options, makePacer);
  return world.run();
}

class World<V, C> {
  private readonly time = new VirtualClock();
  private readonly startAt = this.time.now();
  private readonly table: SimulatedTable<V>;
  private readonly defender: SimulatedDefender;
  private readonly intake: SimulatedQueue<Job<C>>;
  private readonly lookups: SimulatedQueue<Job<C>>;
  private readonly random: Random;
  private readonly alive: { instance: Instance; pacer: Pacer<C> }[] = [];
  private readonly doneAt = new Map<number, number>();
  private readonly callsByPass = new Map<string, number>();
  private readonly interactiveMs: (number | null)[] = [];
  private crashes = 0;
  private calls = 0;
  private failure: unknown = null;

  constructor(
    private readonly options: WorldOptions,
    private readonly makePacer: MakePacer<V, C>,
  ) {
    const { time } = this;
    const { seed, late, defender, callJitterMs } = options;
    let part = 0;
    const random = (): Random => new SeededRandom(seed * 1_000 + (part += 1));
    this.table = new SimulatedTable<V>(time, random(), options.table(this.startAt));
    this.defender = new SimulatedDefender({ ...defender, time, random: random(), callJitterMs });
    this.intake = new SimulatedQueue(time, random(), { late });
    this.lookups = new SimulatedQueue(time, random(), { late });
    this.random = random();
  }

  async run(): Promise<WorldReport> {
    const { options, time, startAt } = this;
    for (let index = 0; index < options.instances; index += 1) this.startInstance();
    for (let lookup = 0; lookup < options.lookups; lookup += 1) {
      const at = startAt + (lookup / options.lookups) * options.arriveWithinMs;
      time.at(at, () => {
        this.intake.send(String(lookup), { lookup, hop: 0, failures: 0, carry: null }, at);
      });
    }
    if (options.interactivePerMinute > 0) this.scheduleUser();
    const isOver = (): boolean =>
      this.failure !== null ||
      this.doneAt.size >= options.lookups ||
      time.now() - startAt >= options.stopAfterMs;
    await time.runUntil(isOver);
    if (this.failure !== null) throw this.failure as Error; // whatever was thrown
    return this.report();
  }

  private report(): WorldReport {
    const { startAt, defender } = this;
    return {
      accepted: defender.accepted.map((at) => at - startAt),
      rejected: defender.rejected.map((at) => at - startAt),
      completed: this.doneAt.size,
      order: [...this.doneAt.keys()],
      calls: this.calls,
      mostCallsPerTicket: Math.max(0, ...this.callsByPass.values()),
      transactions: this.table.transactions,
      conflicts: this.table.conflicts,
      deliveries: this.intake.deliveries + this.lookups.deliveries,
      redeliveries: this.intake.redeliveries + this.lookups.redeliveries,
      crashes: this.crashes,
      interactiveMs: this.interactiveMs,
    };
  }

  private startInstance(): void {
    const { time, options } = this;
    const random = new SeededRandom(Math.floor(this.random.next() * 2 ** 32));
    const clockOffsetMs = Math.round((2 * random.next() - 1) * options.skewMs);
    const { crashPerAwait, crashEveryMs, clockStepMs, cutOffMs } = options;
    const instance = new Instance({ time, random, clockOffsetMs, crashPerAwait });
    const pacer = this.makePacer({ table: this.table, instance, random, time });
    const life = { instance, pacer };
    this.alive.push(life);
    instance.onDeath(() => {
      this.crashes += 1;
      this.alive.splice(this.alive.indexOf(life), 1);
      time.at(time.now() + RESTART_MS, () => {
        this.startInstance();
      });
    });
    if (clockStepMs > 0)
      time.at(time.now() + HOUR_MS * random.next(), () => {
        instance.stepClock(Math.round((2 * random.next() - 1) * clockStepMs));
      });
    if (cutOffMs > 0 && random.next() < 0.5)
      time.at(time.now() + HOUR_MS * random.next(), () => {
        instance.cutOff(cutOffMs * random.next());
      });
    if (crashEveryMs > 0)
      time.at(time.now() + crashEveryMs * (0.5 + random.next()), () => {
        instance.crash();
      });
    const handle = (job: Job<C>, delivery: number) =>
      this.handle(life, job, delivery).catch((error: unknown) => {
        this.failure ??= error;
      });
    this.intake.consume(instance, handle);
    this.lookups.consume(instance, handle);
  }

  private async handle(
    { instance, pacer }: { instance: Instance; pacer: Pacer<C> },
    job: Job<C>,
    delivery: number,
  ): Promise<void> {
    const { time } = this;
    let admission = await pacer.admit(job, delivery);
    while (admission.outcome === 'call') {
      const { pass } = admission;
      const reply = await this.call(instance, pass);
      if (reply.status === 200 && !this.doneAt.has(job.lookup))
        this.doneAt.set(job.lookup, time.now());
      const next = await pacer.settle(job, pass, reply);
      if (!next) return;
      admission = next;
    }
    const { at, carry, failed } = admission;
    const hop = job.hop + 1;
    const failures = failed ? job.failures + 1 : job.failures;
    this.lookups.send(`${job.lookup}.${hop}`, { ...job, hop, failures, carry }, at);
    await instance.outside(time.sleep(10));
  }

  private call(instance: Instance, pass: C) {
    // A ticket is the same whatever its holder has heard of its slot.
    const key = JSON.stringify(pass, (name, value: unknown) => (name === 'slotAt' ? null : value));
    this.calls += 1;
    if (pass !== null && typeof pass === 'object')
      this.callsByPass.set(key, (this.callsByPass.get(key) ?? 0) + 1);
    return instance.outside(this.defender.call());
  }

  private scheduleUser(): void {
    const { time, random, options } = this;
    const meanMs = MINUTE_MS / options.interactivePerMinute;
    time.at(time.now() - Math.log(1 - random.next()) * meanMs, () => {
      this.scheduleUser();
      const life = this.alive[Math.floor(random.next() * this.alive.length)];
      if (life) void this.serveUser(life).catch((error: unknown) => (this.failure ??= error));
    });
  }

  private async serveUser({ instance, pacer }: (typeof this.alive)[number]): Promise<void> {
    const askedAt = this.time.now();
    const pass = (await pacer.admitInteractive?.(MAX_WAIT_MS)) ?? null;
    this.interactiveMs.push(pass === null ? null : this.time.now() - askedAt);
    if (pass === null) return;
    const reply = await this.call(instance, pass);
    // A user gets one answer: no second try.
    await pacer.settle(USERS_JOB, pass, reply.status === 200 ? reply : { status: 200 });
  }
}

const USERS_JOB = { lookup: -1, hop: 0, failures: 0, carry: null };
