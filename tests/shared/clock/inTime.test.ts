import { inTime } from '../../../shared/clock/inTime';
import { VirtualClock } from '../../../local/simulation/VirtualClock';

const late = () => 'late';

describe('inTime()', () => {
  it('resolves to what the work does, and is over then', async () => {
    const signals: AbortSignal[] = [];
    const work = (signal: AbortSignal) => Promise.resolve(`done ${signals.push(signal)}`);

    expect(await inTime(new VirtualClock(), 1_000, work, late)).toBe('done 1');
    expect(signals[0]?.aborted).toBe(true);
  });

  it('rejects as the work does', async () => {
    const work = () => Promise.reject(new Error('down'));

    await expect(inTime(new VirtualClock(), 1_000, work, late)).rejects.toThrow('down');
  });

  it('does not wait for work that is late, and has it stop', async () => {
    const clock = new VirtualClock();
    const signals: AbortSignal[] = [];
    const work = (signal: AbortSignal) => new Promise<string>(() => signals.push(signal));

    const result = inTime(clock, 1_000, work, late);
    await clock.untilPendingIn(1_000);
    const abortedBefore = signals[0]?.aborted;
    clock.jump(1_000);

    expect(await result).toBe('late');
    expect([abortedBefore, signals[0]?.aborted]).toEqual([false, true]);
  });

  it('throws what is thrown for work that is late', async () => {
    const clock = new VirtualClock();
    const result = inTime(
      clock,
      1_000,
      () => new Promise<never>(() => undefined),
      () => {
        throw new RangeError('too late');
      },
    );
    clock.jump(1_000);

    await expect(result).rejects.toThrow(RangeError);
  });
});
