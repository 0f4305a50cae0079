import { message as codec } from 'rhea';
import { VirtualClock } from '../../../local/simulation/VirtualClock';
import { type EncodedMessage, parseMessage } from '../../../local/servicebus/EncodedMessage';
import { type Consumer, QueueDispatcher } from '../../../local/servicebus/QueueDispatcher';
import { QueueEngine } from '../../../local/servicebus/QueueEngine';
import { START } from './createQueue';

const HOUR = 3_600_000;

function createDispatcher() {
  const clock = new VirtualClock(START);
  const engine = new QueueEngine<EncodedMessage>(
    {
      name: 'orders',
      lockDurationMs: 30_000,
      maxDeliveryCount: 3,
      defaultTimeToLiveMs: Infinity,
      deadLetterOnExpiration: true,
      duplicateWindowMs: undefined,
      maxMessageBytes: 1000,
    },
    { now: () => clock.now(), newLockToken: () => Math.random().toString() },
  );
  const dispatcher = new QueueDispatcher(engine, clock);
  const send = async (scheduledFor?: number) => {
    const message = parseMessage(codec.encode({ body: 1 }), () => 'id');
    engine.enqueue([{ ...message, scheduledFor }], 1);
    await Promise.resolve();
  };
  const addConsumer = (credit: number, mode: Consumer['mode'] = 'peekLock') => {
    const delivered: number[] = [];
    const consumer: Consumer = {
      mode,
      capacity: () => credit - delivered.length,
      deliver: ({ sequenceNumber }) => delivered.push(sequenceNumber),
    };
    dispatcher.add(consumer);
    return { delivered, consumer };
  };
  return { clock, engine, dispatcher, send, addConsumer };
}

describe('QueueDispatcher', () => {
  it('serves its consumers in turn, each as far as its credit goes', async () => {
    const { send, addConsumer } = createDispatcher();
    const [a, b, c] = [addConsumer(10), addConsumer(1), addConsumer(10)];

    for (let sent = 0; sent < 7; sent += 1) await send();

    expect([a.delivered.length, b.delivered.length, c.delivered.length]).toEqual([3, 1, 3]);
    expect([...a.delivered, ...b.delivered, ...c.delivered].sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('serves consumers no more after they were removed', async () => {
    const { dispatcher, send, addConsumer, engine } = createDispatcher();
    const { delivered, consumer } = addConsumer(10);
    dispatcher.remove(consumer);

    await send();

    expect(delivered).toEqual([]);
    expect(engine.counts().active).toBe(1);
  });

  it('deletes what a consumer takes without lock', async () => {
    const { send, addConsumer, engine } = createDispatcher();
    const { delivered } = addConsumer(10, 'receiveAndDelete');

    await send();

    expect(delivered).toEqual([1]);
    expect(engine.counts()).toMatchObject({ active: 0, locked: 0 });
  });

  it('delivers scheduled messages when their time has come, however far away', async () => {
    const { clock, send, addConsumer } = createDispatcher();
    const { delivered } = addConsumer(10);
    await send(START + 50 * HOUR);

    for (let hour = 0; hour < 49; hour += 1) await clock.advance(HOUR);
    expect(delivered).toEqual([]);
    await clock.advance(HOUR);

    expect(delivered).toEqual([2]);
  });

  it('wakes earlier when something earlier comes', async () => {
    const { clock, send, addConsumer } = createDispatcher();
    const { delivered } = addConsumer(10);
    await send(START + 2000);
    await send(START + 1000);

    await clock.advance(1000);
    expect(delivered).toHaveLength(1);
    await clock.advance(1000);
    expect(delivered).toHaveLength(2);
  });

  it('delivers again when a lock has run out', async () => {
    const { clock, send, addConsumer } = createDispatcher();
    const { delivered } = addConsumer(2);
    await send();

    await clock.advance(29_999);
    expect(delivered).toEqual([1]);
    await clock.advance(1);

    expect(delivered).toEqual([1, 1]);
  });

  it('leaves no sleeper behind when it closes', async () => {
    const { clock, dispatcher, send } = createDispatcher();
    await send(START + 1000);
    const sleepers = clock.pendingInMs;

    dispatcher.close();

    expect(sleepers).toEqual([1000]);
    expect(clock.pendingInMs).toEqual([]);
  });
});
