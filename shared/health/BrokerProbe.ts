import { QueueUnusableError } from '../messaging/QueueUnusableError';

/**
 * Whether each queue of the app can be used. The first look is at all of them; each later one at the next in turn and at
 * those that could not be used.
 */
export class BrokerProbe {
  /** What was wrong with each queue when it was last looked at; null: nothing. */
  private readonly found = new Map<string, Error | null>();
  private turn = 0;

  /** `open` touches a queue. The first queues matter most. */
  constructor(
    private readonly queues: readonly string[],
    private readonly open: (queue: string) => Promise<void>,
  ) {}

  /** @throws {QueueUnusableError} of the first queue that cannot be used; what else `open` throws. */
  async look(): Promise<void> {
    const { found, queues } = this;
    const due = queues.filter((queue, index) => index === this.turn || found.get(queue) !== null);
    this.turn = (this.turn + 1) % queues.length;
    await Promise.all(
      due.map(async (queue) => {
        const wrong = await this.open(queue).then(
          () => null,
          (error: unknown) =>
            error instanceof Error ? error : new Error(`Cannot open the queue ${queue}`),
        );
        found.set(queue, wrong);
      }),
    );
    const all = queues.flatMap((queue) => found.get(queue) ?? []);
    const outage = all.find((wrong) => !(wrong instanceof QueueUnusableError));
    const worst = outage ?? all[0];
    if (worst) throw worst;
  }
}
