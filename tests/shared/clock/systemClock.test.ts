import { systemClock } from '../../../shared/clock/systemClock';

describe('systemClock.sleep()', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('resolves after the time, and leaves nothing on the signal', async () => {
    const { signal } = new AbortController();
    const remove = jest.spyOn(signal, 'removeEventListener');
    const slept = systemClock.sleep(1_000, signal);

    jest.advanceTimersByTime(1_000);

    await expect(slept).resolves.toBeUndefined();
    expect(remove).toHaveBeenCalledTimes(1);
  });

  it('resolves at once for a time that is past', async () => {
    await expect(systemClock.sleep(-1)).resolves.toBeUndefined();
  });

  it("rejects with the signal's reason when that is aborted, and leaves no timer", async () => {
    const controller = new AbortController();
    const slept = systemClock.sleep(1_000, controller.signal);

    controller.abort('enough');

    await expect(slept).rejects.toBe('enough');
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each([1_000, 0])('rejects when the signal was aborted before, for %d ms', async (ms) => {
    await expect(systemClock.sleep(ms, AbortSignal.abort('before'))).rejects.toBe('before');
  });
});

describe('systemClock.now()', () => {
  afterEach(() => jest.restoreAllMocks());

  it("tells Unix ms, and goes on evenly when the machine's clock is set", () => {
    const before = systemClock.now();
    expect(Math.abs(before - Date.now())).toBeLessThan(1_000);

    const wrong = Date.now() - 600_000;
    jest.spyOn(Date, 'now').mockReturnValue(wrong);

    const after = systemClock.now();
    expect(Number.isInteger(after)).toBe(true);
    expect(after).toBeGreaterThanOrEqual(before);
    expect(after - before).toBeLessThan(1_000);
  });
});
