import { withTimeLimit } from '../../../shared/clock/withTimeLimit';

describe('withTimeLimit()', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('aborts work that goes on for too long', async () => {
    const aborted = withTimeLimit(5_000, async (signal) => {
      jest.advanceTimersByTime(4_999);
      const before = signal.aborted;
      jest.advanceTimersByTime(1);
      return { before, after: signal.aborted };
    });

    await expect(aborted).resolves.toEqual({ before: false, after: true });
  });

  it.each([
    { title: 'has ended', work: () => Promise.resolve() },
    { title: 'has failed', work: () => Promise.reject(new Error('no')) },
  ])('leaves nothing behind once the work $title', async ({ work }) => {
    await withTimeLimit(5_000, work).catch(() => undefined);

    expect(jest.getTimerCount()).toBe(0);
  });
});
