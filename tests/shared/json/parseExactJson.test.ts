import fc from 'fast-check';
import { parseExactJson } from '../../../shared/json/parseExactJson';

describe('parseExactJson()', () => {
  it.each([
    { written: '4603086877212508601', as: '4603086877212508601' },
    { written: '-9007199254740993', as: '-9007199254740993' },
    { written: '1679770006.47946605', as: '1679770006.47946605' },
    { written: '0.1000000000000000055', as: '0.1000000000000000055' },
    { written: '1e999', as: '1e999' },
    { written: '1e-999', as: '1e-999' },
    { written: '123456789012345678e-2', as: '123456789012345678e-2' },
  ])('hands on as text what a number cannot hold: $written', ({ written, as }) => {
    expect(parseExactJson(`{"a":${written},"b":[${written}]}`)).toEqual({ a: as, b: [as] });
  });

  it.each([
    { written: '9007199254740992', as: 2 ** 53 },
    { written: '1000.0', as: 1000 },
    { written: '1e3', as: 1000 },
    { written: '-0', as: -0 },
    { written: '0.10', as: 0.1 },
    { written: '1.7976931348623157E+308', as: Number.MAX_VALUE },
    { written: '5e-324', as: Number.MIN_VALUE },
    { written: '100000000000000000000000', as: 1e23 },
  ])('reads as a number what a number can hold: $written', ({ written, as }) => {
    expect(parseExactJson(written)).toBe(as);
  });

  it('leaves digits inside texts and keys alone', () => {
    const value = { '1e999': 'a \\" 4603086877212508601, \\', b: '\\\\"4603086877212508601' };

    expect(parseExactJson(JSON.stringify(value))).toEqual(value);
  });

  it('is JSON.parse for everything that JavaScript can write', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(parseExactJson(json)).toEqual(JSON.parse(json));
      }),
    );
  });

  it('brings every whole number back digit for digit', () => {
    fc.assert(
      fc.property(fc.bigInt(), (number) => {
        expect(BigInt(parseExactJson(String(number)) as number | string)).toBe(number);
      }),
    );
  });

  it.each(['', '{', '"a', '01', '{"a":4603086877212508601', '"\\"'.repeat(50_000)])(
    'throws for what is not JSON',
    (text) => {
      expect(() => parseExactJson(text)).toThrow(SyntaxError);
    },
  );
});
