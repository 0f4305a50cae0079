import { LocalQueue } from '../../../cli/inventory/LocalQueue';
import type { OutgoingMessage } from '../../../shared/messaging/QueueSender';
import { VirtualClock } from '../../../local/simulation/VirtualClock';

const message = (messageId: string, scheduledAt?: number): OutgoingMessage => ({
  messageId,
  body: Buffer.from('{}'),
  contentType: 'application/json',
  ...(scheduledAt !== undefined && { scheduledAt }),
});

/** Handles until nothing is left; `then` may send more. */
async function drain(
  clock: VirtualClock,
  queue: LocalQueue,
  then: (handled: OutgoingMessage) => Promise<void> = () => Promise.resolve(),
) {
  const handled: { readonly id: string; readonly at: number }[] = [];
  const waits: number[] = [];
  const startedAt = clock.now();
  const draining = queue.drain(
    (each) => {
      handled.push({ id: each.messageId, at: clock.now() - startedAt });
      return then(each);
    },
    (_, waitMs) => {
      waits.push(waitMs);
      return Promise.resolve();
    },
  );
  await clock.run(draining);
  return { handled, waits };
}

describe('LocalQueue', () => {
  it('hands messages out when they are due, the earliest first', async () => {
    const clock = new VirtualClock();
    const queue = new LocalQueue(clock);
    await queue.send([message('late', clock.now() + 9_000), message('now'), message('past', 1)]);

    const { handled, waits } = await drain(clock, queue);

    expect(handled).toEqual([
      { id: 'now', at: 0 },
      { id: 'past', at: 0 },
      { id: 'late', at: 9_000 },
    ]);
    expect(waits).toEqual([9_000]);
  });

  it('goes on with what was sent on the way', async () => {
    const clock = new VirtualClock();
    const queue = new LocalQueue(clock);
    await queue.send([message('1')]);

    const { handled } = await drain(clock, queue, ({ messageId }) =>
      messageId === '3' ? Promise.resolve() : queue.send([message(String(Number(messageId) + 1))]),
    );

    expect(handled.map(({ id }) => id)).toEqual(['1', '2', '3']);
  });

  it('drops a message whose id was there before, as the broker does', async () => {
    const clock = new VirtualClock();
    const queue = new LocalQueue(clock);
    await queue.send([message('1'), message('1')]);

    const { handled } = await drain(clock, queue, () => queue.send([message('1')]));

    expect(handled).toHaveLength(1);
  });

  it('ends with what handling failed with', async () => {
    const clock = new VirtualClock();
    const queue = new LocalQueue(clock);
    await queue.send([message('1')]);

    const draining = drain(clock, queue, () => Promise.reject(new Error('disk full')));

    await expect(draining).rejects.toThrow('disk full');
  });
});
