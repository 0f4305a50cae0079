import { predict, randomLoad, simulate } from './randomLoad';

/** `npm run bench -- plan` takes a hundred. */
const LOADS = Number(process.env['SIMULATED_LOADS'] ?? 4);

describe('npm run plan', () => {
  it.each(Array.from({ length: LOADS }, (_, index) => index + 1))(
    'predicts the last answer to within 2 %% of what the app does in several processes: load %i',
    async (seed) => {
      const load = randomLoad(seed);

      const predicted = predict(load);
      const { answered, seconds } = await simulate(load);

      expect(answered).toBe(load.values.length);
      expect(Math.abs(predicted.seconds / seconds - 1)).toBeLessThan(0.02);
    },
    120_000,
  );
});
