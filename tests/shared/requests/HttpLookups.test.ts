import { StorageUnavailableError } from '../../../shared/storage/StorageUnavailableError';
import { BULK_WAIT_MS, HttpLookupsWorld, LEFT_OUT } from './HttpLookupsWorld';

const SECOND_MS = 1_000;

describe('HttpLookups.answerOne()', () => {
  it('waits for a slot as long as it may, and calls then', async () => {
    const world = new HttpLookupsWorld({ slotEveryMs: 8 * SECOND_MS });
    await world.clock.run(world.ask(1));

    const answer = await world.clock.run(world.ask(2));

    expect(answer.outcome).toBe('answered');
    expect(world.callsAt).toEqual([0, 8 * SECOND_MS]);
  });

  it('says at once when the calendar has the next slot, if that is too far', async () => {
    const world = new HttpLookupsWorld({ slotEveryMs: 40 * SECOND_MS, callMs: 0 });
    await world.clock.run(world.ask(1));

    const answer = await world.clock.run(world.ask(2));

    expect(answer).toMatchObject({ outcome: 'noSlot', resumeAt: world.startAt + 40 * SECOND_MS });
    expect(world.clock.now()).toBe(world.startAt);
    expect(world.journal).toEqual([]);
  });

  it('calls it unavailable, not a want of quota, when slots are far because calls fail', async () => {
    const world = new HttpLookupsWorld({ slotEveryMs: 40 * SECOND_MS, isBroken: true });
    await world.clock.run(world.ask(1));

    const answer = await world.clock.run(world.ask(2, { isAsync: true }));

    expect(answer.outcome).toBe('unavailable');
  });

  it('opens the state, then sends the work, and only then is accepted', async () => {
    const world = new HttpLookupsWorld({ slotEveryMs: 40 * SECOND_MS });
    await world.clock.run(world.ask(1));

    const answer = await world.clock.run(world.ask(2, { isAsync: true }));

    expect(world.journal).toEqual(['state opened', 'work sent']);
    const notBefore = world.clock.now() + BULK_WAIT_MS;
    expect(answer).toMatchObject({
      outcome: 'accepted',
      view: { total: 1, isStored: true, pending: [{ position: 1, notBefore }] },
    });
  });

  it('shares the call of an identical question in flight', async () => {
    const world = new HttpLookupsWorld({ slotEveryMs: 40 * SECOND_MS });

    const answers = await world.clock.run(Promise.all([world.ask(1), world.ask(1), world.ask(1)]));

    expect(answers.map(({ outcome }) => outcome)).toEqual(['answered', 'answered', 'answered']);
    expect(world.callsAt).toHaveLength(1);
  });
});

describe('HttpLookups.answerAll()', () => {
  it('calls for five files at once at most, and answers in the order of the input', async () => {
    const world = new HttpLookupsWorld({ callMs: SECOND_MS });

    const view = await world.clock.run(world.askAll(12, 20 * SECOND_MS, 'file'));

    expect(world.mostCallsAtOnce).toBe(5);
    expect(view).toMatchObject({ total: 12, pending: [], leftOut: LEFT_OUT, isStored: false });
    expect(view.results.map(({ request }) => request.position)).toEqual(
      Array.from({ length: 12 }, (_, index) => index + 1),
    );
    expect(world.ended).toHaveLength(12);
  });

  it('asks for all devices at once, as they share calls', async () => {
    const world = new HttpLookupsWorld({ callMs: SECOND_MS });

    await world.clock.run(world.askAll(12, 20 * SECOND_MS));

    expect(world.mostCallsAtOnce).toBe(12);
  });

  it('gives answers of the cache without a slot or any time', async () => {
    const world = new HttpLookupsWorld({ slotEveryMs: 3600 * SECOND_MS });
    await world.clock.run(world.ask(1));
    const before = world.clock.now();

    const view = await world.clock.run(world.askAll(1, 0));

    expect(view.results).toMatchObject([{ outcome: 'found', evidence: [{ fromCache: true }] }]);
    expect(world.clock.now()).toBe(before);
  });

  it('does not wait for the call of another either when it may not wait', async () => {
    const world = new HttpLookupsWorld({ callMs: 30 * SECOND_MS });
    const other = world.ask(1);
    await world.clock.advance(SECOND_MS);

    const view = await world.clock.run(world.askAll(1, 0));

    expect(view.pending).toHaveLength(1);
    expect(world.clock.now() - world.startAt).toBe(SECOND_MS);
    await world.clock.run(other);
  });

  it('starts no call after waitMs; the rest goes on in the queue', async () => {
    const world = new HttpLookupsWorld({ callMs: 8 * SECOND_MS });

    const view = await world.clock.run(world.askAll(12, 10 * SECOND_MS, 'file'));

    expect(world.callsAt).toEqual([0, 0, 0, 0, 0, 8, 8, 8, 8, 8].map((at) => at * SECOND_MS));
    expect(view.results).toHaveLength(10);
    expect(view.pending.map(({ position }) => position)).toEqual([11, 12]);
    expect(world.journal.filter((what) => what === 'work sent')).toHaveLength(2);
  });

  it('waits for no slot beyond waitMs', async () => {
    const world = new HttpLookupsWorld({ slotEveryMs: 4 * SECOND_MS, callMs: 0 });

    const view = await world.clock.run(world.askAll(5, 5 * SECOND_MS));

    expect(world.callsAt).toEqual([0, 4 * SECOND_MS]);
    expect(world.clock.now() - world.startAt).toBeLessThanOrEqual(5 * SECOND_MS);
    expect(view.pending).toHaveLength(3);
  });

  it('opens the state, keeps what is answered, sends the work, and answers with when to ask', async () => {
    const world = new HttpLookupsWorld({ slotEveryMs: 40 * SECOND_MS });

    const view = await world.clock.run(world.askAll(3, 0));

    expect(world.journal).toEqual(['state opened', 'work sent', 'work sent', 'work sent']);
    const notBefore = world.clock.now() + BULK_WAIT_MS;
    expect(view.pending.map((each) => each.notBefore)).toEqual([notBefore, notBefore, notBefore]);
    expect(view).toMatchObject({ leftOut: LEFT_OUT, isStored: true });
  });

  it('sends no work when there is no place for its answer', async () => {
    const openFails = new StorageUnavailableError('open a request', 'ECONNREFUSED');
    const world = new HttpLookupsWorld({ slotEveryMs: 40 * SECOND_MS, openFails });

    const view = world.clock.run(world.askAll(3, 0));

    await expect(view).rejects.toBe(openFails);
    expect(world.journal).toEqual([]);
  });
});

describe('HttpLookups, asked by an agent', () => {
  it('takes places for what it leaves waiting, which waits in flow low', async () => {
    const world = new HttpLookupsWorld({ callMs: 8 * SECOND_MS, agentsAskAgainAt: null });

    const view = await world.clock.run(world.askAll(12, 10 * SECOND_MS, 'file'));

    expect(view.pending).toHaveLength(2);
    expect(world.journal.slice(0, 2)).toEqual(['places for 2', 'state opened']);
    expect(world.flows).toEqual(['low', 'low']);
  });

  it('takes nothing in when there is no room, and says when to ask again', async () => {
    const askAgainAt = 1_234_567;
    const world = new HttpLookupsWorld({ callMs: 8 * SECOND_MS, agentsAskAgainAt: askAgainAt });

    const view = await world.clock.run(world.askAll(12, 10 * SECOND_MS, 'file'));

    expect(view).toMatchObject({ isStored: false, askAgainAt });
    expect(view.results).toHaveLength(10);
    expect(view.pending).toMatchObject([
      { position: 11, notBefore: askAgainAt },
      { position: 12, notBefore: askAgainAt },
    ]);
    expect(world.journal).toEqual(['places for 2']);
  });

  it('abandons its places when it cannot be taken in', async () => {
    const openFails = new StorageUnavailableError('open', 'ECONNREFUSED');
    const world = new HttpLookupsWorld({ agentsAskAgainAt: null, openFails });

    const answer = world.clock.run(world.askAll(1, 0));

    await expect(answer).rejects.toBe(openFails);
    expect(world.journal).toEqual(['places for 1', 'places abandoned']);
  });

  it('leaves other callers in flow http, without places', async () => {
    const world = new HttpLookupsWorld({ callMs: 8 * SECOND_MS });

    await world.clock.run(world.askAll(12, 10 * SECOND_MS, 'file'));

    expect(world.flows).toEqual(['http', 'http']);
    expect(world.journal).not.toContain('places for 2');
  });
});
