import { type Delivery, type EventContext, types } from 'rhea';
import { tokenFromDeliveryTag, tokenToUuid } from '../../../local/servicebus/lockToken';
import { connectionInternals, sessionInternals } from '../../../local/servicebus/rheaInternals';
import { eventually } from './eventually';
import {
  collect,
  counts,
  next,
  openRawClient,
  openReceiver,
  openRequests,
  openSender,
  send,
} from './openRawClient';
import { startBareListener } from './startBareListener';

let client: Awaited<ReturnType<typeof openRawClient>>;
beforeEach(async () => {
  client = await openRawClient();
});
afterEach(() => client.close());

function uuidOf(delivery: Delivery | undefined): Buffer {
  if (!Buffer.isBuffer(delivery?.tag)) throw new Error('no lock token');
  return tokenToUuid(tokenFromDeliveryTag(delivery.tag));
}

/** The descriptor of the outcome that came back. */
function outcomeCode(delivery: Delivery | undefined): number {
  // rhea keeps it on the class of the outcome, which its typings leave out.
  const outcome = delivery?.remote_state?.constructor as unknown as {
    readonly descriptor: { readonly numeric: number };
  };
  return outcome.descriptor.numeric;
}

const numbers = (count: number) => [...Array(count).keys()];

describe('DeliveryLink credit', () => {
  it('is never exceeded, though several messages arrive before rhea counts it down', async () => {
    const receiver = openReceiver(client.connection);
    const received = collect(receiver);
    receiver.add_credit(2);
    await next(receiver, 'receiver_open');

    await send(openSender(client.connection), ...numbers(5));
    await eventually(() => received.length === 2);

    expect(counts(client)).toMatchObject({ locked: 2, active: 3 });
    receiver.add_credit(1);
    await eventually(() => received.length === 3);
    expect(counts(client)).toMatchObject({ locked: 3, active: 2 });
  });

  it('is used at once when it comes in the same packet as the attach', async () => {
    await send(openSender(client.connection), 'waiting');
    const connection = client.connect();
    const receiver = openReceiver(connection);
    // Written in one piece with the attach, as clients with prefetch do.
    receiver.add_credit(5);

    const { message } = await next(receiver, 'message');

    expect(message?.body).toBe('waiting');
    expect(client.errors).toEqual([]);
  });

  it('starts over after a drain', async () => {
    const receiver = openReceiver(client.connection);
    const received = collect(receiver);
    receiver.add_credit(10);
    receiver.drain_credit();
    await next(receiver, 'receiver_drained');

    receiver.drain = false;
    receiver.add_credit(1);
    await send(openSender(client.connection), 'a', 'b');
    await eventually(() => received.length === 1);

    expect(counts(client)).toMatchObject({ locked: 1, active: 1 });
  });
});

describe('DeliveryLink draining', () => {
  it.each([
    { credit: 0, messages: 0 },
    { credit: 1, messages: 1 },
    { credit: 5, messages: 2 },
    { credit: 5, messages: 0 },
  ])('answers with $credit credit and $messages messages waiting', async ({ credit, messages }) => {
    await send(openSender(client.connection), ...numbers(messages));
    const receiver = openReceiver(client.connection);
    const received = collect(receiver);
    await next(receiver, 'receiver_open');
    receiver.add_credit(credit);
    receiver.drain_credit();

    await next(receiver, 'receiver_drained');

    expect(received).toHaveLength(messages);
    expect(counts(client)).toMatchObject({ locked: messages, active: 0 });
  });

  it('answers when the last message used up the credit before', async () => {
    await send(openSender(client.connection), 'only');
    const receiver = openReceiver(client.connection);
    receiver.add_credit(1);
    await next(receiver, 'message');
    receiver.drain_credit();

    await expect(next(receiver, 'receiver_drained')).resolves.toBeDefined();
  });

  it('answers every one of many rounds', async () => {
    const sender = openSender(client.connection);
    const receiver = openReceiver(client.connection);
    const received = collect(receiver);
    await next(receiver, 'receiver_open');

    for (let round = 0; round < 50; round += 1) {
      await send(sender, round);
      receiver.add_credit(3);
      receiver.drain_credit();
      await next(receiver, 'receiver_drained');
      receiver.drain = false;
    }

    expect(received.map(({ message }): unknown => message?.body)).toEqual(numbers(50));
  });
});

describe('DeliveryLink settling', () => {
  /** Receives one message and settles it as `settle` says. */
  async function settleOne(settle: (context: EventContext) => void | Promise<void>) {
    await send(openSender(client.connection), 'a');
    const receiver = openReceiver(client.connection);
    receiver.add_credit(1);
    const context = await next(receiver, 'message');
    const settled = next(receiver, 'settled');
    await settle(context);
    return settled;
  }

  it.each([
    {
      outcome: 'accepted',
      descriptor: 0x24,
      settle: ({ delivery }: EventContext) => {
        delivery?.accept();
      },
      left: { active: 0, deadLettered: 0, totals: { completed: 1 } },
    },
    {
      outcome: 'rejected',
      descriptor: 0x25,
      settle: ({ delivery }: EventContext) => {
        delivery?.reject({ condition: 'com.microsoft:dead-letter', description: 'why' });
      },
      left: { active: 0, deadLettered: 1 },
    },
    {
      outcome: 'released',
      descriptor: 0x26,
      settle: ({ delivery }: EventContext) => {
        delivery?.release();
      },
      left: { active: 1, deadLettered: 0 },
    },
    {
      outcome: 'modified',
      descriptor: 0x27,
      settle: ({ delivery }: EventContext) => {
        delivery?.modified({ delivery_failed: true });
      },
      left: { active: 1, deadLettered: 0 },
    },
    {
      outcome: 'modified (undeliverable here)',
      descriptor: 0x27,
      settle: ({ delivery }: EventContext) => {
        delivery?.modified({ undeliverable_here: true });
      },
      left: { active: 0, deferred: 1 },
    },
  ])('answers $outcome in kind and without an error', async ({ descriptor, settle, left }) => {
    const { delivery } = await settleOne(settle);

    expect(outcomeCode(delivery)).toBe(descriptor);
    expect(delivery?.remote_state?.['error'] ?? null).toBeNull();
    expect(counts(client)).toMatchObject(left);
  });

  it('raises a modified outcome once: one failed delivery, not two', async () => {
    await settleOne(({ delivery }) => {
      delivery?.modified({ delivery_failed: true });
    });
    const receiver = openReceiver(client.connection);
    receiver.add_credit(1);

    const { message } = await next(receiver, 'message');

    expect(message?.delivery_count).toBe(1);
  });

  it('answers neighbours that come in one packet each in its own kind', async () => {
    await send(openSender(client.connection), 'a', 'b', 'c');
    const receiver = openReceiver(client.connection);
    const received = collect(receiver);
    receiver.add_credit(3);
    await eventually(() => received.length === 3);
    const [a, b, c] = received.map(({ delivery }) => delivery);
    const outcomes: unknown[] = [];
    receiver.on('settled', ({ delivery }: EventContext) => {
      outcomes.push(outcomeCode(delivery));
    });
    const { socket } = connectionInternals(client.connection);

    // The client's rhea would merge neighbours too, so each goes out in a tick of its own.
    socket.cork();
    for (const settle of [() => a?.accept(), () => b?.reject(), () => c?.accept()]) {
      settle();
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.uncork();
    await eventually(() => outcomes.length === 3);

    expect(outcomes).toEqual([0x24, 0x25, 0x24]);
  });

  it('answers a settlement after the lock is lost with that fault', async () => {
    const { delivery } = await settleOne(async (context) => {
      const { request } = openRequests(client.connection, 'orders/$management');
      await request('com.microsoft:update-disposition', {
        'lock-tokens': types.wrap_array([uuidOf(context.delivery)], 0x98, undefined),
        'disposition-status': 'completed',
      });
      context.delivery?.accept();
    });

    expect(delivery?.remote_state?.['error']).toMatchObject({
      condition: 'com.microsoft:message-lock-lost',
    });
  });
});

describe('DeliveryLink slots', () => {
  it.each([
    {
      how: 'an outcome',
      settle: (delivery: Delivery) => {
        delivery.accept();
      },
    },
    {
      how: 'no outcome',
      settle: (delivery: Delivery) => {
        delivery.update(true);
      },
    },
  ])('are freed when the client settles with $how', async ({ settle }) => {
    // rhea prints that it does not know "no outcome".
    const printed = jest.spyOn(console, 'error').mockReturnValue();
    const { port, serverSession, close } = await startBareListener();
    const connection = client.connect(port);
    const receiver = openReceiver(connection);
    const received = collect(receiver);
    receiver.on('message', ({ delivery }: EventContext) => {
      if (delivery) settle(delivery);
    });
    receiver.add_credit(10);
    await next(receiver, 'receiver_open');
    const free = sessionInternals(serverSession()).outgoing.available();

    await send(openSender(connection), ...numbers(10));
    await eventually(() => received.length === 10);
    await eventually(() => sessionInternals(serverSession()).outgoing.available() === free);

    await close();
    printed.mockRestore();
  });

  it("suffice for more than the 2,048 deliveries of rhea's default behind one that is held", async () => {
    const sender = openSender(client.connection);
    const receiver = openReceiver(client.connection);
    let settled = 0;
    receiver.on('message', ({ message, delivery }: EventContext) => {
      if (message?.body === 'held') return;
      delivery?.accept();
      settled += 1;
      receiver.add_credit(1);
    });
    receiver.add_credit(100);

    await send(sender, 'held');
    for (let sent = 0; sent < 2300; sent += 100) await send(sender, ...numbers(100));
    await eventually(() => settled === 2300);
    await eventually(() => counts(client).locked === 1);
  });
});
