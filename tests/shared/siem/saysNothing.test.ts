import { saysNothing } from '../../../shared/siem/saysNothing';

const SHA1 = '3395856ce81f2b7382dee72602f798b642f14140';
const DIGITS = '1234567890'.repeat(4);

describe('saysNothing()', () => {
  it.each([
    '',
    '   ',
    '-',
    'n/a',
    'N/A',
    'none',
    'null',
    'undefined',
    'unknown',
    'true',
    'False',
    'NaN',
    'Infinity',
    '"null"',
    '42',
    '-42',
    '+4.2',
    '4.25',
    '4.',
    '.5',
    '.25',
    '1e3',
    '2.5E-10',
    '1e+21',
    ' '.repeat(2_000),
  ])('is so of %j', (text) => {
    expect(saysNothing(text, null)).toBe(true);
  });

  it.each([
    '10.1.2.3',
    'desktop-17',
    SHA1,
    'not n/a',
    '1.2.3',
    '42x',
    'x42',
    '1e',
    '.',
    'e3',
    '--1',
    DIGITS,
    'x'.repeat(2_000),
    '1'.repeat(1_025),
  ])('is not so of %j', (text) => {
    expect(saysNothing(text, null)).toBe(false);
  });

  it('is so of a number of the greatest length that is looked at', () => {
    expect(saysNothing('1'.repeat(1_024), null)).toBe(true);
  });

  it.each([
    { kind: 'alert', is: false },
    { kind: 'ip', is: true },
    { kind: null, is: true },
  ] as const)('is so of a number, but not of one that may be an alert: $kind', ({ kind, is }) => {
    expect(saysNothing('637472900382838875', kind)).toBe(is);
  });
});
