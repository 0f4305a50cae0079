import { eachOf } from '../../../shared/requests/eachOf';

describe('eachOf()', () => {
  it('works on every item, never on more at once than allowed', async () => {
    const done: number[] = [];
    let running = 0;
    let most = 0;

    await eachOf([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running -= 1;
      done.push(item);
    });

    expect(done).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(3);
  });

  it('throws the first failure, after what has begun is over', async () => {
    const done: number[] = [];

    const working = eachOf([1, 2, 3], 2, async (item) => {
      await new Promise(setImmediate);
      if (item === 1) throw new Error('one');
      done.push(item);
    });

    await expect(working).rejects.toThrow('one');
    expect(done).toEqual([2, 3]);
  });
});
