import { CallLeases, type LeaseAnswer, type HeldLease } from '../../../shared/calls/CallLeases';
import type { Ticket } from '../../../shared/quota/Quota';
import { StorageUnavailableError } from '../../../shared/storage/StorageUnavailableError';
import { bulk, START } from '../quota/calendar/fixtures';
import { MemoryCallLeaseStore } from './MemoryCallLeaseStore';

const call = { endpoint: 'machine', key: 'machine /api/machines/a' } as const;
const ticket: Ticket = {
  endpoint: 'machine',
  epoch: 'e',
  ordinal: 9,
  lane: 'bulk',
  flow: 'normal',
};
const MINUTE_MS = 60_000;

/** A calendar whose tail is `tailAt`, and where `ticket` has the slot `slotAt`. */
function setUp() {
  const now = { at: START };
  const calendar: { tailAt: number; slotAt: number | null } = {
    tailAt: START + 10 * MINUTE_MS,
    slotAt: START + 10 * MINUTE_MS,
  };
  const during = { sleep: () => Promise.resolve() };
  const store = new MemoryCallLeaseStore();
  const claims = new CallLeases({
    store,
    slots: {
      forecast: () => Promise.resolve(calendar.tailAt),
      slotOf: () => Promise.resolve(calendar.slotAt),
    },
    clock: { now: () => now.at, sleep: () => during.sleep() },
    holdMs: 4_000,
  });
  const claim = (owner: string) => claims.claim(call, { owner, request: bulk() });
  const resume = (owner: string) => claims.resume(call, { owner, request: bulk() });
  const owned = async (owner: string): Promise<HeldLease> => heldOf(await claim(owner));
  return { now, calendar, during, store, claims, claim, resume, owned };
}

function heldOf(answer: LeaseAnswer): HeldLease {
  if (answer.outcome !== 'owner') throw new Error(`Not the owner but ${answer.outcome}`);
  return answer.held;
}

describe('Claims.claim()', () => {
  it('claims nothing while calls need not wait', async () => {
    const { calendar, store, claim } = setUp();
    calendar.tailAt = START + 4_000;

    expect(await claim('first')).toEqual({ outcome: 'free' });
    expect(store.transactions).toBe(0);
  });

  it('gives a call that has to wait to the first who wants it', async () => {
    const { claim } = setUp();

    expect(await claim('first')).toMatchObject({ outcome: 'owner' });
  });

  it('sends all others behind the slot of the first, for two transactions each', async () => {
    const { calendar, claims, claim, owned, store } = setUp();
    await claims.record(await owned('first'), ticket, calendar.slotAt ?? 0);
    store.transactions = 0;

    const answers = await Promise.all(['second', 'third', 'fourth'].map(claim));

    const wakeAt = START + 10 * MINUTE_MS + 5_000;
    expect(answers).toEqual(answers.map(() => ({ outcome: 'waiter', wakeAt })));
    expect(store.transactions).toBe(6);
  });

  it('waits a moment for the ticket of the first', async () => {
    const { calendar, claims, claim, owned, during } = setUp();
    const held = await owned('first');
    during.sleep = () => claims.record(held, ticket, calendar.slotAt ?? 0);

    expect(await claim('second')).toEqual({
      outcome: 'waiter',
      wakeAt: START + 10 * MINUTE_MS + 5_000,
    });
  });

  it('sends others away for a minute when the first gets none', async () => {
    const { claim, owned } = setUp();
    await owned('first');

    expect(await claim('second')).toEqual({ outcome: 'waiter', wakeAt: START + MINUTE_MS });
  });

  it('has a second delivery send the message again that the first may have sent', async () => {
    const { calendar, claims, claim, owned } = setUp();
    await claims.record(await owned('first'), ticket, calendar.slotAt ?? 0);

    expect(await claim('first')).toEqual({ outcome: 'resend', ticket, slotAt: calendar.slotAt });
  });

  it('lets a second delivery take the ticket that the first did not get to', async () => {
    const { claim, owned } = setUp();
    await owned('first');

    expect(await claim('first')).toMatchObject({ outcome: 'owner' });
  });

  it('does not keep an urgent lookup waiting behind a slow one', async () => {
    const { calendar, claims, claim, owned } = setUp();
    await claims.record(await owned('low'), ticket, calendar.slotAt ?? 0);
    calendar.tailAt = START + 5_000;

    expect(await claim('high')).toMatchObject({ outcome: 'owner' });
  });

  it('leaves everybody to himself when the store is down', async () => {
    const { store, claim } = setUp();
    store.insert = () => Promise.reject(new StorageUnavailableError('make a claim', '503'));

    expect(await claim('first')).toEqual({ outcome: 'free' });
  });
});

describe('Claims.resume()', () => {
  const waiting = async () => {
    const world = setUp();
    await world.claims.record(await world.owned('first'), ticket, START + 10 * MINUTE_MS);
    world.now.at = START + 10 * MINUTE_MS + 5_000;
    return world;
  };

  it('waits for the answer a little longer', async () => {
    const { resume } = await waiting();

    expect(await resume('second')).toEqual({
      outcome: 'waiter',
      wakeAt: START + 10 * MINUTE_MS + 35_000,
    });
  });

  it('goes behind the owner again when its slot has moved', async () => {
    const { calendar, resume } = await waiting();
    calendar.slotAt = calendar.tailAt = START + 30 * MINUTE_MS;

    expect(await resume('second')).toEqual({
      outcome: 'waiter',
      wakeAt: START + 30 * MINUTE_MS + 5_000,
    });
  });

  it('does not overtake an owner because of its own quick slot', async () => {
    const { calendar, resume } = await waiting();
    calendar.slotAt = START + 30 * MINUTE_MS;
    calendar.tailAt = START + 10 * MINUTE_MS;

    expect(await resume('second')).toMatchObject({ outcome: 'waiter' });
  });

  it.each([
    { title: 'has had its time', change: { slotAt: START + 9 * MINUTE_MS } },
    { title: 'has lost its ticket', change: { slotAt: null } },
  ])('takes over, and only one does, when the owner $title', async ({ change }) => {
    const { calendar, resume } = await waiting();
    Object.assign(calendar, change);

    const answers = await Promise.all(['second', 'third', 'fourth'].map(resume));

    expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['owner', 'waiter', 'waiter']);
  });

  it('takes over when the owner never got a ticket', async () => {
    const { now, owned, resume } = setUp();
    await owned('first');
    now.at += 2 * MINUTE_MS;

    expect(await resume('second')).toMatchObject({ outcome: 'owner' });
  });

  it('makes the claim anew when it is gone', async () => {
    const { resume } = setUp();

    expect(await resume('second')).toMatchObject({ outcome: 'owner' });
  });
});

describe('Claims.release()', () => {
  it('lets the next who wants the call ask for itself at once', async () => {
    const { claims, claim, owned, during } = setUp();
    await claims.release(await owned('first'));
    during.sleep = () => Promise.reject(new Error('Nobody may wait'));

    expect(await claim('second')).toMatchObject({ outcome: 'owner' });
  });

  it('leaves a claim alone that somebody took over', async () => {
    const { now, claims, claim, owned, store } = setUp();
    const held = await owned('first');
    now.at += 2 * MINUTE_MS;
    await claim('second');

    await claims.release(held);

    expect(await store.read(call)).toMatchObject({ owner: 'second', slotAt: now.at });
  });
});

describe('Claims.renew()', () => {
  it('hands the claim on to the message that carries the new ticket', async () => {
    const { claims, store, owned } = setUp();
    await claims.record(await owned('first:0'), ticket, START);
    const next = { owner: 'first:1', ticket: { ...ticket, ordinal: 10 }, slotAt: START + 1 };

    await claims.renew(call, 'first:0', next);

    expect(await store.read(call)).toMatchObject(next);
  });

  it('leaves a claim alone that somebody took over', async () => {
    const { claims, store, owned } = setUp();
    await owned('second');

    await claims.renew(call, 'first:0', { owner: 'first:1', ticket, slotAt: START });

    expect(await store.read(call)).toMatchObject({ owner: 'second' });
  });
});
