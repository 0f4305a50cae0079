import { inTurns } from '../../../shared/clock/inTurns';
import { countTurns } from './countTurns';

const listOf = (length: number) => Array.from({ length }, (_, at) => `row ${at}`);

describe('inTurns()', () => {
  it('goes through all rows in their order, with their places', async () => {
    const rows = listOf(1_001);
    const seen: (readonly [number, string])[] = [];

    for await (const entry of inTurns(rows)) seen.push(entry);

    expect(seen).toEqual([...rows.entries()]);
  });

  it.each([
    { rows: 0, least: 0, most: 1 },
    { rows: 100, least: 0, most: 1 },
    { rows: 10_000, least: 39, most: 42 },
  ])(
    'lets others have their turn $least times or more in $rows rows',
    async ({ rows, least, most }) => {
      const turns = await countTurns(async () => {
        for await (const _ of inTurns(listOf(rows))) continue;
      });

      expect(turns).toBeGreaterThanOrEqual(least);
      expect(turns).toBeLessThanOrEqual(most);
    },
  );
});
