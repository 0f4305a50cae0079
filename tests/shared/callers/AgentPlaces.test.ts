import { VirtualClock } from '../../../local/simulation/VirtualClock';
import { AgentPlaces } from '../../../shared/callers/AgentPlaces';
import { HOUR_MS } from '../../../shared/clock/durations';
import type { StoredRequest } from '../../../shared/requests/RequestStore';
import { StorageUnavailableError } from '../../../shared/storage/StorageUnavailableError';
import { MemoryAgentRowStore } from './MemoryAgentRowStore';

class World {
  readonly clock = new VirtualClock();
  readonly store = new MemoryAgentRowStore();
  /** How many lookups of a request have not ended; none of one that is not there. */
  readonly open = new Map<string, number>();
  looks = 0;

  process(): AgentPlaces {
    return new AgentPlaces({
      store: this.store,
      clock: this.clock,
      maxAgeMs: 24 * HOUR_MS,
      requests: {
        read: async (requestId) => {
          this.looks += 1;
          const open = this.open.get(requestId);
          return open === undefined ? null : aRequest(requestId, open);
        },
      },
    });
  }
}

/** With one lookup that has ended, and so many that have not. */
function aRequest(requestId: string, open: number): StoredRequest {
  const lookups = Array.from({ length: open + 1 }, (_, index) => ({
    lookupId: `l${index}`,
    position: index + 1,
    indicator: { kind: 'machine', value: null, raw: '', path: '' } as never, // not looked at
    notBefore: 0,
    doneAt: index === 0 ? 1 : null,
  }));
  return { requestId, receivedAt: 0, lookups, ignored: [], leftOut: [] };
}

describe('AgentPlaces', () => {
  it('takes in 200 lookups over all processes, then says when the oldest leave', async () => {
    const world = new World();
    const [one, two] = [world.process(), world.process()];
    const answers = [await one.takeIn('r1', 90)];
    await world.clock.advance(1_000);
    answers.push(...(await Promise.all([one.takeIn('r2', 60), two.takeIn('r3', 60)])));

    expect(answers.filter((each) => each === null)).toHaveLength(2);
    expect(answers.filter((each) => each !== null)).toEqual([world.clock.now() - 1_000 + HOUR_MS]);
    expect(await two.takeIn('r4', 50)).toBeNull();
    expect(world.looks).toBe(0);
  });

  it('reads nothing for a runaway agent while there is no room', async () => {
    const world = new World();
    const places = world.process();
    await places.takeIn('r1', 200);
    await places.takeIn('r2', 1);
    const { reads, writes } = world.store;

    for (let tries = 0; tries < 1_000; tries += 1) await places.takeIn('r2', 1);

    expect(world.store).toMatchObject({ reads, writes });
  });

  it('gives places back an hour later, as far as their lookups have ended by then', async () => {
    const world = new World();
    const places = world.process();
    world.open.set('r1', 30);
    await places.takeIn('r1', 150);
    await places.takeIn('r2', 50);

    await world.clock.advance(HOUR_MS);

    expect(await places.takeIn('r3', 180)).not.toBeNull();
    await world.clock.advance(5_000);
    expect(await places.takeIn('r3', 170)).toBeNull();
    expect(await places.takeIn('r4', 1)).not.toBeNull();
    world.open.set('r1', 0);
    await world.clock.advance(5_000);
    expect(await places.takeIn('r4', 30)).toBeNull();
  });

  it('looks at old lookups once in five seconds', async () => {
    const world = new World();
    const places = world.process();
    world.open.set('r1', 200);
    await places.takeIn('r1', 200);
    await world.clock.advance(HOUR_MS);

    for (let tries = 0; tries < 100; tries += 1) {
      await places.takeIn('r2', 1);
      await world.clock.advance(100);
    }

    expect(world.looks).toBe(2);
  });

  it('takes a row that it cannot understand for full, for an hour', async () => {
    const world = new World();
    world.store.put('open', null);
    const places = world.process();

    expect(await places.takeIn('r1', 1)).toBe(world.clock.now() + HOUR_MS);
    await world.clock.advance(HOUR_MS);
    expect(await places.takeIn('r1', 200)).toBeNull();
  });

  it('takes nothing in without storage', async () => {
    const world = new World();
    world.store.isDown = true;

    await expect(world.process().takeIn('r1', 1)).rejects.toThrow(StorageUnavailableError);
  });

  it.each([
    { title: 'was abandoned, an hour later', afterMs: HOUR_MS, isAbandoned: true },
    { title: 'never ends, when it is too old', afterMs: 24 * HOUR_MS, isAbandoned: false },
  ])('gives back the places of a request that $title', async ({ afterMs, isAbandoned }) => {
    const world = new World();
    const places = world.process();
    world.open.set('r1', 200);
    await places.takeIn('r1', 200);
    if (isAbandoned) await places.abandon('r1');
    await world.clock.advance(afterMs - 1);

    expect(await places.takeIn('r2', 1)).not.toBeNull();
    await world.clock.advance(5_000);
    expect(await places.takeIn('r2', 200)).toBeNull();
  });
});
