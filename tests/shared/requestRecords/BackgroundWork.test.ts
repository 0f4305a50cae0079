import { setImmediate as turn } from 'node:timers/promises';
import { BackgroundWork } from '../../../shared/requestRecords/BackgroundWork';

/** Work that ends when it is told to. */
function steps() {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const work = (name: number) => () => {
    begun.push(name);
    return new Promise<void>((resolve) => ends.push(resolve));
  };
  return { begun, work, end: () => ends.shift()?.() };
}

describe('BackgroundWork', () => {
  it('does eight things at once, and the next as one ends', async () => {
    const { begun, work, end } = steps();
    const background = new BackgroundWork();
    for (let name = 1; name <= 10; name++) background.add(work(name));
    expect(begun).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);

    end();
    await turn();

    expect(begun.at(-1)).toBe(9);
  });

  it('refuses more than memory should hold', () => {
    const { work } = steps();
    const background = new BackgroundWork();

    const taken = Array.from({ length: 3_000 }, (_, name) => background.add(work(name)));

    expect(taken.filter(Boolean)).toHaveLength(2_008);
  });
});
