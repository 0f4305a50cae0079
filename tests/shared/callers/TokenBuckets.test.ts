import { TokenBuckets } from '../../../shared/callers/TokenBuckets';
import { VirtualClock } from '../../../local/simulation/VirtualClock';

describe('TokenBuckets.take()', () => {
  it('never holds more than its capacity, however long it rests', async () => {
    const clock = new VirtualClock();
    const buckets = new TokenBuckets({ clock, capacity: 2, refillPerMinute: 60 });
    await clock.advance(3_600_000);

    const waits = ['a', 'a', 'a'].map((name) => buckets.take(name));

    expect(waits).toEqual([0, 0, 1_000]);
  });

  it('takes nothing when it refuses', async () => {
    const clock = new VirtualClock();
    const buckets = new TokenBuckets({ clock, capacity: 1, refillPerMinute: 60 });
    buckets.take('a');
    for (let count = 0; count < 10; count++) buckets.take('a');

    await clock.advance(1_000);

    expect(buckets.take('a')).toBe(0);
  });

  it('forgets the name that rested longest beyond its bound', () => {
    const clock = new VirtualClock();
    const buckets = new TokenBuckets({ clock, capacity: 1, refillPerMinute: 1, maxBuckets: 2 });
    for (const name of ['a', 'b', 'c']) buckets.take(name);

    const waits = ['c', 'a'].map((name) => buckets.take(name) > 0);

    expect(waits).toEqual([true, false]);
  });
});
