import { StoreClock } from '../../../shared/clock/StoreClock';
import { VirtualClock } from '../../../local/simulation/VirtualClock';

const ONE_WAY_MS = 20;

/** A store whose clock is right, and a process whose timer is `offsetMs` ahead of it. */
function world(offsetMs: number) {
  const time = new VirtualClock();
  const timer = time.skewed(offsetMs);
  const clock = new StoreClock(timer);
  const ask = (says = (at: number): number | null => Math.floor(at / 1_000) * 1_000) =>
    clock.timed(async () => {
      await time.sleep(ONE_WAY_MS);
      const serverDate = says(time.now());
      await time.sleep(ONE_WAY_MS);
      return { serverDate };
    });
  /** Two answers, asked for when they tell most. */
  const sample = async () => {
    for (let samples = 0; samples < 2; samples += 1) {
      await time.advance(clock.tellingInMs());
      await time.run(ask());
    }
  };
  const errorMs = () => Math.abs(clock.now() - time.now());
  return { time, timer, clock, ask, sample, errorMs };
}

describe('StoreClock', () => {
  it('is as right as the machine before the first answer, and not precise', () => {
    const { clock, time } = world(-60_000);

    expect(clock.now()).toBe(time.now() - 60_000);
    expect([clock.isSet, clock.isPrecise, clock.isChecked]).toEqual([false, false, false]);
  });

  it('is right to a second after one answer, however wrong the machine is', async () => {
    const { time, clock, ask, errorMs } = world(-600_000);

    await time.run(ask());

    expect(clock.isSet).toBe(true);
    expect(errorMs()).toBeLessThanOrEqual(600);
  });

  it.each([-90_000, -1_999, -300, 0, 1, 512, 2_000, 86_400_000])(
    'is precise after two answers, asked for when they tell most, on a machine that is %d ms off',
    async (offsetMs) => {
      const { clock, sample, errorMs } = world(offsetMs);

      await sample();

      expect(clock.isPrecise).toBe(true);
      expect(errorMs()).toBeLessThanOrEqual(clock.errorMs());
    },
  );

  it.each([600_000, -600_000])(
    'is right again with the next answer after the timer went wrong by %d ms',
    async (stepMs) => {
      const { time, timer, clock, ask, sample, errorMs } = world(0);
      await sample();

      timer.step(stepMs);
      const isChecked = clock.isChecked;
      await time.run(ask());

      expect(isChecked).toBe(false);
      expect(errorMs()).toBeLessThanOrEqual(clock.errorMs());
    },
  );

  it('never goes back while it only grows more precise', async () => {
    const { time, clock, ask } = world(0);
    const seen = [clock.now()];
    for (let second = 0; second < 20; second += 1) {
      await time.run(ask());
      seen.push(clock.now());
      await time.advance(37);
      seen.push(clock.now());
    }

    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('tells ages that do not change when it is set', async () => {
    const { time, clock, ask } = world(-600_000);
    const before = clock.elapsedMs();

    await time.run(ask());

    expect(clock.elapsedMs() - before).toBe(2 * ONE_WAY_MS);
  });

  it('grows less precise with time, and wants to be checked after a minute', async () => {
    const { time, clock, sample } = world(0);
    await sample();
    const known = [clock.isPrecise, clock.isChecked];

    await time.advance(61_000);
    const later = [clock.isPrecise, clock.isChecked];
    await time.advance(3_600_000);

    expect([known, later, clock.isPrecise]).toEqual([[true, true], [true, false], false]);
  });

  it('ignores an answer without a date', async () => {
    const { time, clock, ask } = world(0);

    await time.run(ask(() => null));

    expect(clock.isSet).toBe(false);
  });
});
