import type { Clock } from '../../shared/clock/Clock';
import type { EndpointId } from '../../shared/defender/endpointIds';
import type { Choice } from './choose';
import type { GateAnswer, RightsGate } from './RightsGate';
import type { LeftChoice, Sending } from './Sending';
import type { Entry } from './Shelf';

export interface ReplayDeps {
  readonly sending: Sending;
  readonly gate: Pick<RightsGate, 'sort' | 'open'>;
  readonly clock: Clock;
  readonly perSecond: number;
  readonly onProgress: (sent: number, chosen: number) => void;
}

/** What came of a replay. */
export interface ReplayReport {
  readonly replayed: number;
  /** What failed again, as it lies there now. */
  readonly returned: readonly Entry[];
  /** What was not replayed, and why. */
  readonly left: readonly LeftChoice[];
  /** Rights that are still missing, and what waits for them. */
  readonly refused: readonly Waiting[];
  /** Whether too many came back. */
  readonly isStopped: boolean;
}

interface Waiting {
  readonly why: Exclude<GateAnswer['outcome'], 'open'>;
  readonly endpoints: readonly EndpointId[];
  readonly waiting: readonly Choice[];
}

/** Sent first, to see whether they come back. */
const TRIAL = 20;
const WAVE = 50;
const POLL_MS = 500;
/** What cannot be read, or is refused, is back by then. */
const SETTLED_MS = 3_000;
const MAX_RETURNED = 0.05;

/** Replays what was chosen, in waves, and stops when more than one in twenty comes back. */
export class Replay {
  private readonly refused: Waiting[] = [];
  private isStopped = false;
  private isEnded = false;
  private chosen = 0;

  constructor(private readonly deps: ReplayDeps) {}

  /** The wave under way is the last. */
  end(): void {
    this.isEnded = true;
  }

  /** @throws {BrokerUnreachableError | MessageRefusedError | StorageUnavailableError} what was not sent is where it was */
  async run(choices: readonly Choice[]): Promise<ReplayReport> {
    const { sending, gate } = this.deps;
    this.chosen = choices.length;
    if (choices.length > 0) this.showProgress();
    const stuck = choices.flatMap((choice) =>
      choice.entry.stuck === null ? [] : [{ choice, why: choice.entry.stuck }],
    );
    const [free = [], ...waiting] = await gate.sort(
      choices.filter(({ entry }) => entry.stuck === null),
    );
    await this.sendAll(free);
    for (const group of waiting) await this.sendWhenOpen(group);
    await this.settle();
    return {
      replayed: sending.sentCount,
      returned: sending.returned,
      left: [...stuck, ...sending.left],
      refused: this.refused,
      isStopped: this.isStopped,
    };
  }

  private async sendWhenOpen(group: readonly Choice[]): Promise<void> {
    const [first, ...others] = group;
    if (!first || this.isOver) return;
    const { outcome, endpoints, isSentAhead } = await this.deps.gate.open(first);
    const rest = isSentAhead ? others : group;
    if (outcome === 'open') await this.sendAll(rest);
    else this.refused.push({ why: outcome, endpoints, waiting: rest });
  }

  private async sendAll(choices: readonly Choice[]): Promise<void> {
    const { sending, clock, perSecond } = this.deps;
    for (let from = 0; from < choices.length && !this.isOver;) {
      const size = sending.sentCount < TRIAL ? TRIAL : Math.min(WAVE, perSecond);
      const wave = choices.slice(from, from + size);
      const startAt = clock.now();
      await sending.send(wave, startAt);
      from += wave.length;
      this.showProgress();
      if (from >= choices.length) return;
      const isTrial = size === TRIAL;
      if (isTrial) await this.settle();
      const takesMs = (wave.length / perSecond) * 1_000;
      await clock.sleep(startAt + takesMs - clock.now());
      await sending.look();
      const { returned, sentCount } = sending;
      this.isStopped = returned.length > MAX_RETURNED * sentCount;
    }
  }

  private showProgress(): void {
    this.deps.onProgress(this.deps.sending.sentCount, this.chosen);
  }

  private get isOver(): boolean {
    return this.isStopped || this.isEnded;
  }

  /** Until what comes back at once is back. */
  private async settle(): Promise<void> {
    const { sending, clock } = this.deps;
    if (sending.sentCount === 0) return;
    const until = clock.now() + SETTLED_MS;
    while (clock.now() < until && !this.isEnded) {
      await clock.sleep(POLL_MS);
      await sending.look();
    }
  }
}
