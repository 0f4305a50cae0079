import { missedBy, predict, randomLoad, simulate } from './randomLoad';

/** `npm run bench -- plan` takes a hundred. */
const LOADS = Number(process.env['SIMULATED_LOADS'] ?? 4);

describe('npm run plan', () => {
  it.each(Array.from({ length: LOADS }, (_, index) => index + 1))(
    'predicts when the last answer of several processes may come, to within 2 %%: load %i',
    async (seed) => {
      const load = randomLoad(seed);

      const predicted = predict(load);
      const { answered, seconds } = await simulate(load);

      expect(answered).toBe(load.values.length);
      expect(missedBy(predicted, seconds)).toBeLessThan(0.02);
    },
    120_000,
  );
});
