import type { QueueEngine } from '../../../local/servicebus/QueueEngine';
import { START, createQueue } from './createQueue';

describe('QueueEngine delivering', () => {
  it('receives in order of arrival, each message once', () => {
    const { send, receiveAll } = createQueue();
    send('a');
    send('b');
    send('c');

    expect(receiveAll()).toEqual(['a', 'b', 'c']);
  });

  it('receives with a lock of the configured length and no failed delivery', () => {
    const { engine, send } = createQueue();
    send('a');

    expect(engine.receive()).toMatchObject({
      deliveryCount: 0,
      enqueuedAt: START,
      lock: { token: 'token-1', until: START + 30_000 },
    });
  });

  it('receiveAndDelete takes the message for good', () => {
    const { engine, send } = createQueue();
    send('a');

    expect(engine.receiveAndDelete()?.content).toBe('a');
    expect(engine.counts()).toMatchObject({ active: 0, locked: 0, totals: { completed: 1 } });
  });

  it('enqueue refuses what is larger than the limit, and takes none of it', () => {
    const { engine } = createQueue({ maxMessageBytes: 10 });
    const message = { messageId: 'm', timeToLiveMs: Infinity, scheduledFor: undefined };

    const outcomes = [10, 11].map(
      (size) => engine.enqueue([{ ...message, content: 'x' }], size).outcome,
    );

    expect(outcomes).toEqual(['accepted', 'tooLarge']);
    expect(engine.counts().active).toBe(1);
  });

  it('tells its listener whenever messages may have become available', () => {
    const { engine, clock, send, lock } = createQueue();
    const onChange = jest.fn();
    engine.onChange = onChange;

    send('a');
    engine.abandon(lock().token);
    lock();
    clock.now += 30_000;
    engine.advance();

    expect(onChange).toHaveBeenCalledTimes(3);
  });
});

describe('QueueEngine settling', () => {
  it('complete removes the message', () => {
    const { engine, clock, send, lock } = createQueue();
    send('a');

    expect(engine.complete(lock().token)).toBe('settled');
    clock.now += 60_000;
    expect(engine.peek(0, 10)).toEqual([]);
  });

  it('abandon puts the message back in its place and counts the failed delivery', () => {
    const { engine, send, lock } = createQueue();
    send('a');
    send('b');

    engine.abandon(lock().token, (content) => `${content}!`);

    expect(engine.receive()).toMatchObject({ content: 'a!', deliveryCount: 1, sequenceNumber: 1 });
  });

  it('release puts the message back without counting', () => {
    const { engine, send, lock } = createQueue();
    send('a');

    engine.release(lock().token);

    expect(engine.receive()).toMatchObject({ content: 'a', deliveryCount: 0 });
  });

  it('deadLetter moves the message with its reason and time of arrival', () => {
    const { engine, clock, send, lock, deadLetter } = createQueue();
    send('a');
    clock.now += 5;

    engine.deadLetter(lock().token, { reason: 'poison', description: 'no JSON' }, () => 'changed');

    expect(deadLetter()).toMatchObject({
      content: 'changed',
      enqueuedAt: START,
      deadLetter: { reason: 'poison', description: 'no JSON' },
    });
    expect(engine.counts()).toMatchObject({ active: 0, locked: 0, deadLettered: 1 });
  });

  it('deadLetter is not allowed for a dead letter', () => {
    const { engine, send, lock } = createQueue();
    send('a');
    engine.deadLetter(lock().token, { reason: undefined, description: undefined });
    const again = engine.deadLetters?.receive();

    const settlement = engine.deadLetters?.deadLetter(again?.lock.token ?? '', {
      reason: 'again',
      description: undefined,
    });

    expect(settlement).toBe('notAllowed');
    expect(engine.counts().deadLettered).toBe(1);
  });

  it.each(['complete', 'abandon', 'release', 'defer'] as const)(
    '%s answers lockLost for a token that is unknown, used, or past its deadline',
    (settle) => {
      const { engine, clock, send, lock } = createQueue();
      send('a');
      send('b');
      const used = lock().token;
      engine.complete(used);
      const late = lock().token;
      clock.now += 30_000;

      const settlements = ['never', used, late].map((token) => engine[settle](token));

      expect(settlements).toEqual(['lockLost', 'lockLost', 'lockLost']);
    },
  );
});

describe('QueueEngine locks', () => {
  it('end at the deadline: the message comes again and the failed delivery counts', () => {
    const { engine, clock, send, lock } = createQueue();
    send('a');
    lock();

    clock.now += 29_999;
    expect(engine.receive()).toBeUndefined();
    clock.now += 1;
    expect(engine.receive()).toMatchObject({ content: 'a', deliveryCount: 1 });
  });

  it('last a whole lock duration more when renewed', () => {
    const { engine, clock, send, lock } = createQueue();
    send('a');
    const { token } = lock();
    clock.now += 20_000;

    expect(engine.renewLock(token)).toBe(START + 50_000);
    clock.now += 20_000;
    expect(engine.complete(token)).toBe('settled');
  });

  it('cannot be renewed when lost', () => {
    const { engine, clock, send, lock } = createQueue();
    send('a');
    const { token } = lock();
    clock.now += 30_000;

    expect(engine.renewLock(token)).toBeUndefined();
  });

  it.each([
    { how: 'abandoned', fail: 'abandon' as const },
    { how: 'left to expire', fail: 'expire' as const },
  ])('after the last allowed delivery, $how, the message is a dead letter', ({ fail }) => {
    const { engine, clock, send, lock, deadLetter } = createQueue({ maxDeliveryCount: 2 });
    send('a');

    for (let delivery = 0; delivery < 2; delivery += 1) {
      const { token } = lock();
      if (fail === 'abandon') engine.abandon(token);
      else clock.now += 30_000;
    }

    expect(engine.receive()).toBeUndefined();
    expect(deadLetter()).toMatchObject({
      deliveryCount: 2,
      deadLetter: {
        reason: 'MaxDeliveryCountExceeded',
        description: 'Message could not be consumed after 2 delivery attempts.',
      },
    });
  });

  it('of dead letters end without being counted', () => {
    const { engine, send, lock } = createQueue({ maxDeliveryCount: 1 });
    send('a');
    engine.abandon(lock().token);
    const { deadLetters } = engine;

    for (let delivery = 0; delivery < 5; delivery += 1) {
      deadLetters?.abandon(deadLetters.receive()?.lock.token ?? '');
    }

    expect(deadLetters?.receive()).toMatchObject({ content: 'a', deliveryCount: 1 });
  });
});

describe('QueueEngine deferring', () => {
  it('hides the message from receive, gives it by sequence number and counts as a delivery', () => {
    const { engine, send, lock } = createQueue();
    const sequenceNumber = send('a');
    engine.defer(lock().token, (content) => `${content}!`);

    expect(engine.receive()).toBeUndefined();
    expect(engine.counts().deferred).toBe(1);
    expect(engine.receiveDeferred([sequenceNumber])).toMatchObject([
      { content: 'a!', state: 'deferred', deliveryCount: 1 },
    ]);
  });

  it.each([
    { how: 'abandon', give: (engine: QueueEngine<string>, token: string) => engine.abandon(token) },
    { how: 'defer', give: (engine: QueueEngine<string>, token: string) => engine.defer(token) },
  ])('keeps a deferred message deferred after $how', ({ give }) => {
    const { engine, send, lock } = createQueue();
    const sequenceNumber = send('a');
    engine.defer(lock().token);
    const deferred = engine.receiveDeferred([sequenceNumber]);
    const token = deferred === 'notFound' ? '' : (deferred[0]?.lock.token ?? '');

    give(engine, token);

    expect(engine.receive()).toBeUndefined();
    expect(engine.counts().deferred).toBe(1);
  });

  it('makes a dead letter of a message at its last allowed delivery', () => {
    const { engine, send, lock, deadLetter } = createQueue({ maxDeliveryCount: 1 });
    send('a');

    engine.defer(lock().token);

    expect(engine.counts().deferred).toBe(0);
    expect(deadLetter()).toMatchObject({
      state: 'active',
      deadLetter: { reason: 'MaxDeliveryCountExceeded' },
    });
  });

  it('gives all of the numbers or none', () => {
    const { engine, send, lock } = createQueue();
    const deferred = send('a');
    engine.defer(lock().token);
    const active = send('b');

    expect(engine.receiveDeferred([deferred, active])).toBe('notFound');
    expect(engine.receiveDeferred([deferred, 99])).toBe('notFound');
    expect(engine.counts()).toMatchObject({ deferred: 1, locked: 0 });
    expect(engine.receiveAndDeleteDeferred([deferred])).toMatchObject([{ content: 'a' }]);
    expect(engine.counts().deferred).toBe(0);
  });
});
