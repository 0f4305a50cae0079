import { isoDuration, toIsoDuration } from '../../../shared/clock/isoDuration';

describe('toIsoDuration()', () => {
  it.each(['PT0S', 'PT0.5S', 'PT30S', 'PT1M', 'PT1H30M', 'P14D', 'P1DT2H3M4S'])(
    'writes %s as it is read',
    (text) => {
      expect(toIsoDuration(isoDuration.parse(text))).toBe(text);
    },
  );

  it('writes the shortest form', () => {
    expect(toIsoDuration(86_400_000)).toBe('P1D');
  });
});
