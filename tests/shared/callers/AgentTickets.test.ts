import { VirtualClock } from '../../../local/simulation/VirtualClock';
import { AgentTickets } from '../../../shared/callers/AgentTickets';
import { HOUR_MS, MINUTE_MS } from '../../../shared/clock/durations';
import type { TicketAnswer, TicketRequest } from '../../../shared/quota/Quota';
import { QuotaUnavailableError } from '../../../shared/quota/QuotaUnavailableError';
import { MemoryAgentRowStore } from './MemoryAgentRowStore';

const INTERACTIVE = { lane: 'interactive', endpoint: 'machine', maxWaitMs: 10_000 } as const;
const GRANTED: TicketAnswer = {
  outcome: 'granted',
  ticket: { endpoint: 'machine', epoch: 'e', ordinal: 0, lane: 'interactive' },
  slotAt: 0,
};

class World {
  readonly clock = new VirtualClock();
  readonly store = new MemoryAgentRowStore();
  readonly asked: TicketRequest[] = [];
  answer: () => Promise<TicketAnswer> = async () => GRANTED;

  process(clockAheadMs = () => 0): AgentTickets {
    return new AgentTickets({
      quota: {
        take: (request) => {
          this.asked.push(request);
          return this.answer();
        },
      },
      store: this.store,
      rowOf: (endpoint) => endpoint,
      clock: {
        now: () => this.clock.now() + clockAheadMs(),
        sleep: (ms) => this.clock.sleep(ms),
      },
      maxPerMinute: 10,
      maxPerHour: 100,
    });
  }
}

/** Asks so often at once; how many got a ticket. */
async function take(agents: AgentTickets, count: number): Promise<number> {
  const answers = await Promise.all(
    Array.from({ length: count }, () => agents.take(INTERACTIVE).catch(() => null)),
  );
  return answers.filter((answer) => answer?.outcome === 'granted').length;
}

describe('AgentTickets', () => {
  it('gives ten a minute and a hundred an hour to the agents of all processes together', async () => {
    const world = new World();
    const processes = [world.process(), world.process(), world.process()];
    const perMinute: number[] = [];
    for (let minute = 0; minute < 61; minute += 1) {
      const taken = await Promise.all(processes.map((each) => take(each, 50)));
      perMinute.push(taken.reduce((sum, each) => sum + each, 0));
      await world.clock.advance(MINUTE_MS);
    }

    expect(Math.max(...perMinute)).toBe(10);
    expect(perMinute.slice(0, 60).reduce((sum, each) => sum + each, 0)).toBe(100);
    expect(perMinute[60]).toBe(10);
  });

  it('says when there is the next one, and reads nothing until then', async () => {
    const world = new World();
    const agents = world.process();
    await take(agents, 10);
    await world.clock.advance(10_000);
    await take(agents, 1);
    const { reads, writes } = world.store;

    const taken = await take(agents, 1_000);
    const answer = await agents.take(INTERACTIVE);

    expect(taken).toBe(0);
    expect(answer).toEqual({ outcome: 'noSlot', slotAt: world.clock.now() + 50_000 });
    expect(world.store).toMatchObject({ reads, writes });
    expect(world.asked).toHaveLength(10);
  });

  it('asks the calendar for a slot that is now, and not for the last ones', async () => {
    const world = new World();

    await take(world.process(), 1);

    expect(world.asked).toEqual([{ ...INTERACTIVE, maxWaitMs: 250, isForAgent: true }]);
  });

  it('asks for no ticket where only the time of the next slot is wanted', async () => {
    const world = new World();

    await world.process().take({ ...INTERACTIVE, maxWaitMs: null });

    expect(world.asked).toEqual([{ ...INTERACTIVE, maxWaitMs: null, isForAgent: true }]);
    expect(world.store.writes).toBe(0);
  });

  it.each<{ title: string; refusal: (now: number) => Promise<TicketAnswer> }>([
    {
      title: 'the calendar refuses',
      refusal: async (now) => ({ outcome: 'noSlot', slotAt: now + 1_000 }),
    },
    {
      title: 'the calendar cannot be reached',
      refusal: async () => {
        throw new QuotaUnavailableError('down');
      },
    },
  ])('counts nothing when $title', async ({ refusal }) => {
    const world = new World();
    const agents = world.process();
    world.answer = () => refusal(world.clock.now());
    await take(agents, 5);

    expect(world.store.notesOf('machine')).toEqual([]);
    world.answer = async () => GRANTED;
    await world.clock.advance(1_000);
    expect(await take(agents, 50)).toBe(10);
  });

  it('does not ask the calendar for every call while it refuses', async () => {
    const world = new World();
    const agents = world.process();
    world.answer = async () => ({ outcome: 'noSlot', slotAt: world.clock.now() + HOUR_MS });

    for (let second = 0; second < 60; second += 1) {
      await take(agents, 10);
      await world.clock.advance(1_000);
    }

    expect(world.asked.length).toBeLessThan(5);
  });

  it('gives none without storage, and looks again after five seconds', async () => {
    const world = new World();
    const agents = world.process();
    world.store.isDown = true;

    expect(await take(agents, 20)).toBe(0);
    expect(world.asked).toEqual([]);
    expect(world.store.reads).toBeLessThanOrEqual(20);
    world.store.isDown = false;
    expect(await take(agents, 20)).toBe(0);
    await world.clock.advance(5_000);
    expect(await take(agents, 20)).toBe(10);
  });

  it('takes a row that it cannot understand for a spent hour', async () => {
    const world = new World();
    world.store.put('machine', null);
    const agents = world.process();

    expect(await take(agents, 5)).toBe(0);
    await world.clock.advance(HOUR_MS);
    expect(await take(agents, 50)).toBe(10);
  });

  it.each([
    { title: 'ahead', offMs: 400 },
    { title: 'behind', offMs: -400 },
  ])('keeps to ten a minute with a process whose clock is $title', async ({ offMs }) => {
    const world = new World();
    const [right, wrong] = [world.process(), world.process(() => offMs)];

    const first = await take(wrong, 6);
    const second = await take(right, 20);

    expect([first, second]).toEqual([6, 4]);
  });

  it('is not closed for longer by a process whose clock ran a day ahead', async () => {
    const world = new World();
    await take(
      world.process(() => 24 * HOUR_MS),
      10,
    );
    const agents = world.process();

    expect(await take(agents, 1)).toBe(0);
    await world.clock.advance(MINUTE_MS);
    expect(await take(agents, 50)).toBe(10);
  });

  it('says what was taken and is left', async () => {
    const world = new World();
    await take(world.process(), 4);
    await world.clock.advance(MINUTE_MS);
    await take(world.process(), 1);

    expect(await world.process().allowanceOf('machine')).toEqual({
      minute: { limit: 10, used: 1, left: 9 },
      hour: { limit: 100, used: 5, left: 95 },
    });
    world.store.put('machine', null);
    expect(await world.process().allowanceOf('machine')).toMatchObject({ hour: { left: 0 } });
  });

  it('asks again at once when its clock has been set back by more than an hour', async () => {
    const world = new World();
    let aheadMs = 24 * HOUR_MS;
    const agents = world.process(() => aheadMs);
    world.answer = async () => ({ outcome: 'noSlot', slotAt: Infinity });
    await take(agents, 1);

    aheadMs = 0;
    world.answer = async () => GRANTED;

    expect(await take(agents, 1)).toBe(1);
  });
});
