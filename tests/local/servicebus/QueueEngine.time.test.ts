import fc from 'fast-check';
import { START, createQueue } from './createQueue';

const MINUTE = 60_000;

describe('QueueEngine scheduling', () => {
  it('activates a message at its time, under a new sequence number', () => {
    const { engine, clock, send } = createQueue();
    const scheduled = send('later', { scheduledFor: START + MINUTE });
    send('now');

    expect(engine.counts()).toMatchObject({ active: 1, scheduled: 1 });
    expect(engine.nextDueAt).toBe(START + MINUTE);
    clock.now += MINUTE - 1;
    expect(engine.receive()?.content).toBe('now');
    expect(engine.receive()).toBeUndefined();
    clock.now += 1;
    const received = engine.receive();
    expect(received).toMatchObject({ content: 'later', enqueuedAt: START + MINUTE });
    expect(received?.sequenceNumber).toBeGreaterThan(scheduled);
  });

  it('activates in order of time', () => {
    const { clock, send, receiveAll } = createQueue();
    send('third', { scheduledFor: START + 3 });
    send('first', { scheduledFor: START + 1 });
    send('second', { scheduledFor: START + 2 });
    clock.now += 10;

    expect(receiveAll()).toEqual(['first', 'second', 'third']);
  });

  it('takes a time that is past as now', () => {
    const { send, lock } = createQueue();
    const sequenceNumber = send('a', { scheduledFor: START });

    expect(lock()).toMatchObject({ content: 'a', sequenceNumber });
  });

  it('cancels all of the numbers or none', () => {
    const { engine, clock, send, receiveAll } = createQueue();
    const first = send('a', { scheduledFor: START + MINUTE });
    const second = send('b', { scheduledFor: START + MINUTE });

    expect(engine.cancelScheduled([first, 99])).toBe('notFound');
    expect(engine.cancelScheduled([first])).toBe('cancelled');
    expect(engine.cancelScheduled([first])).toBe('notFound');
    clock.now += MINUTE;
    expect(engine.cancelScheduled([second])).toBe('notFound');
    expect(receiveAll()).toEqual(['b']);
  });
});

describe('QueueEngine times to live', () => {
  it.each([
    { own: 5000, queue: Infinity, expiresAfterMs: 5000 },
    { own: Infinity, queue: 7000, expiresAfterMs: 7000 },
    { own: 9000, queue: 7000, expiresAfterMs: 7000 },
  ])('end after $expiresAfterMs ms: own $own, queue $queue', ({ own, queue, expiresAfterMs }) => {
    const { engine, clock, send, deadLetter } = createQueue({ defaultTimeToLiveMs: queue });
    send('a', { timeToLiveMs: own });

    clock.now += expiresAfterMs - 1;
    expect(engine.counts()).toMatchObject({ active: 1, deadLettered: 0 });
    clock.now += 1;
    expect(engine.counts()).toMatchObject({ active: 0, deadLettered: 1, totals: { expired: 1 } });
    expect(deadLetter()?.deadLetter?.reason).toBe('TTLExpiredException');
  });

  it('drop the message when the queue does not dead-letter on expiration', () => {
    const { engine, clock, send } = createQueue({ deadLetterOnExpiration: false });
    send('a', { timeToLiveMs: 1 });
    clock.now += 1;

    expect(engine.receive()).toBeUndefined();
    expect(engine.counts()).toMatchObject({ deadLettered: 0, totals: { expired: 1 } });
  });

  it('wait for the end of a lock, and a message can be completed until then', () => {
    const { engine, clock, send, lock } = createQueue();
    send('a', { timeToLiveMs: 1000 });
    send('b', { timeToLiveMs: 1000 });
    const { token } = lock();
    lock();
    clock.now += 29_000;

    expect(engine.complete(token)).toBe('settled');
    expect(engine.counts()).toMatchObject({ locked: 1, deadLettered: 0 });
    clock.now += 1000;
    expect(engine.counts()).toMatchObject({ locked: 0, deadLettered: 1 });
  });

  it('start when a scheduled message becomes active', () => {
    const { engine, clock, send } = createQueue();
    send('a', { scheduledFor: START + MINUTE, timeToLiveMs: 1000 });

    clock.now += MINUTE;
    expect(engine.counts().active).toBe(1);
    clock.now += 1000;
    expect(engine.counts()).toMatchObject({ active: 0, deadLettered: 1 });
  });

  it('end for deferred messages too, and never for dead letters', () => {
    const { engine, clock, send, lock } = createQueue();
    send('a', { timeToLiveMs: 1000 });
    engine.defer(lock().token);

    clock.now += 1000;
    expect(engine.counts()).toMatchObject({ deferred: 0, deadLettered: 1 });
    clock.now += 1_000_000;
    expect(engine.deadLetters?.receive()?.content).toBe('a');
  });
});

describe('QueueEngine duplicate detection', () => {
  it('accepts and drops an id seen within the window, counted from first sight', () => {
    const { engine, clock, send, receiveAll } = createQueue({ duplicateWindowMs: MINUTE });
    send('a');
    clock.now += MINUTE - 1;
    send('a');
    clock.now += 1;
    send('a');

    expect(engine.counts().totals).toMatchObject({ enqueued: 2, duplicates: 1 });
    expect(receiveAll()).toEqual(['a', 'a']);
  });

  it('remembers completed messages', () => {
    const { engine, send, lock, receiveAll } = createQueue({ duplicateWindowMs: MINUTE });
    send('a');
    engine.complete(lock().token);
    send('a');

    expect(receiveAll()).toEqual([]);
  });

  it.each([
    { first: { scheduledFor: START + MINUTE }, second: {}, left: { scheduled: 1, active: 0 } },
    { first: {}, second: { scheduledFor: START + MINUTE }, left: { scheduled: 0, active: 1 } },
  ])('covers scheduled messages: $left', ({ first, second, left }) => {
    const { engine, send } = createQueue({ duplicateWindowMs: MINUTE });
    send('a', first);
    send('a', second);

    expect(engine.counts()).toMatchObject(left);
  });

  it('does not drop a scheduled message as its own duplicate when it becomes active', () => {
    const { clock, send, receiveAll } = createQueue({ duplicateWindowMs: 10 * MINUTE });
    send('a', { scheduledFor: START + MINUTE });
    clock.now += MINUTE;

    expect(receiveAll()).toEqual(['a']);
  });

  it('checks every message of a batch', () => {
    const { engine, receiveAll } = createQueue({ duplicateWindowMs: MINUTE });
    const message = (messageId: string) => ({
      content: messageId,
      messageId,
      timeToLiveMs: Infinity,
      scheduledFor: undefined,
    });

    engine.enqueue([message('a'), message('b'), message('a')], 3);

    expect(receiveAll()).toEqual(['a', 'b']);
  });

  it('is off without a window', () => {
    const { send, receiveAll } = createQueue();
    send('a');
    send('a');

    expect(receiveAll()).toEqual(['a', 'a']);
  });
});

describe('QueueEngine peeking', () => {
  it('shows messages of every state by sequence number and locks none', () => {
    const { engine, send, lock } = createQueue();
    send('locked');
    send('deferred');
    send('scheduled', { scheduledFor: START + MINUTE });
    send('active');
    lock();
    engine.defer(lock().token);

    expect(engine.peek(0, 10).map(({ content, state }) => [content, state])).toEqual([
      ['locked', 'active'],
      ['deferred', 'deferred'],
      ['scheduled', 'scheduled'],
      ['active', 'active'],
    ]);
    expect(engine.receive()?.content).toBe('active');
  });

  it('pages', () => {
    const { engine, send } = createQueue();
    for (const content of ['a', 'b', 'c', 'd', 'e']) send(content);

    const pages = [1, 3, 5, 6].map((from) => engine.peek(from, 2).map(({ content }) => content));

    expect(pages).toEqual([['a', 'b'], ['c', 'd'], ['e'], []]);
  });
});

type Step =
  | 'send'
  | 'schedule'
  | 'receive'
  | 'complete'
  | 'abandon'
  | 'defer'
  | 'deadLetter'
  | 'wait';

describe('QueueEngine under any sequence of calls', () => {
  const steps = fc.array(
    fc.constantFrom<Step>(
      'send',
      'schedule',
      'receive',
      'complete',
      'abandon',
      'defer',
      'deadLetter',
      'wait',
    ),
    { maxLength: 200 },
  );

  it('neither loses nor doubles a message', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const { engine, clock, send } = createQueue({
          lockDurationMs: 20,
          defaultTimeToLiveMs: 500,
        });
        const held: string[] = [];
        let sent = 0;
        for (const step of sequence) {
          const token = held[0] ?? 'none';
          if (step === 'send') send(`${++sent}`);
          else if (step === 'schedule') send(`${++sent}`, { scheduledFor: clock.now + 30 });
          else if (step === 'receive') held.push(engine.receive()?.lock.token ?? 'none');
          else if (step === 'wait') clock.now += 7;
          else if (step === 'deadLetter')
            engine.deadLetter(token, { reason: 'r', description: 'd' });
          else engine[step](token);
          if (step !== 'send' && step !== 'receive' && step !== 'wait') held.shift();
        }

        const { totals, deadLettered, ...states } = engine.counts();
        const peeked = engine.peek(0, Infinity);
        const live = peeked.map(({ content }) => content);
        const dead = engine.deadLetters?.peek(0, Infinity).map(({ content }) => content) ?? [];

        expect(new Set([...live, ...dead]).size).toBe(live.length + dead.length);
        const numberOf = (wanted: string) =>
          peeked.filter(({ lock, state }) => (lock ? 'locked' : state) === wanted).length;
        expect(states).toEqual({
          active: numberOf('active'),
          scheduled: numberOf('scheduled'),
          deferred: numberOf('deferred'),
          locked: numberOf('locked'),
        });
        expect(deadLettered).toBe(dead.length);
        expect(live.length + dead.length + totals.completed).toBe(sent);
      }),
    );
  });
});
