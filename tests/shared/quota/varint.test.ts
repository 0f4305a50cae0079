import { decodeVarints, encodeVarints } from '../../../shared/quota/varint';

describe('encodeVarints()', () => {
  it.each([
    { numbers: [], bytes: [] },
    { numbers: [0, 127], bytes: [0, 127] },
    { numbers: [128, 300], bytes: [0x80, 1, 0xac, 2] },
  ])('writes $numbers', ({ numbers, bytes }) => {
    expect([...encodeVarints(numbers)]).toEqual(bytes);
  });

  it.each([-1, 0.5, NaN, 2 ** 53])('refuses %d', (number) => {
    expect(() => encodeVarints([number])).toThrow(RangeError);
  });
});

describe('decodeVarints()', () => {
  it('reads back numbers of more than 32 bits', () => {
    const numbers = [179_000_000_000, 0, Number.MAX_SAFE_INTEGER, 1];

    expect(decodeVarints(encodeVarints(numbers))).toEqual(numbers);
  });

  it('refuses bytes that end in the middle of a number', () => {
    expect(() => decodeVarints(Uint8Array.of(1, 0x80))).toThrow(RangeError);
  });
});
