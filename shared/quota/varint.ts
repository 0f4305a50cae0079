/** Unsigned LEB128: seven bits a byte, low ones first. Takes safe integers ≥ 0. */
export function encodeVarints(numbers: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  for (const number of numbers) {
    if (!Number.isSafeInteger(number) || number < 0)
      throw new RangeError(`Cannot encode ${number} as a varint.`);
    let rest = number;
    // Division, not shifts: the first slot of a log has more than 32 bits.
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
    bytes.push(rest);
  }
  return Uint8Array.from(bytes);
}

/** @throws {RangeError} the last number is cut off. */
export function decodeVarints(bytes: Uint8Array): number[] {
  const numbers: number[] = [];
  let number = 0;
  let place = 1;
  for (const byte of bytes) {
    number += (byte & 0x7f) * place;
    place *= 0x80;
    if (byte >= 0x80) continue;
    numbers.push(number);
    number = 0;
    place = 1;
  }
  if (place > 1) throw new RangeError('Varint bytes end in the middle of a number.');
  return numbers;
}
