import { MalformedMessageError } from './MalformedMessageError';

/** Descriptors of the sections of an AMQP message (AMQP 1.0 part 3, 3.2). */
export const SECTION = {
  header: 0x70,
  deliveryAnnotations: 0x71,
  messageAnnotations: 0x72,
  properties: 0x73,
  applicationProperties: 0x74,
  data: 0x75,
  amqpValue: 0x77,
} as const;

export interface Section {
  readonly code: number;
  /** The whole section as it came. */
  readonly raw: Buffer;
  /** The section's value, without its descriptor. */
  readonly value: Buffer;
}

const FIXED_WIDTHS: Readonly<Record<number, number>> = { 4: 0, 5: 1, 6: 2, 7: 4, 8: 8, 9: 16 };
const ONE_BYTE_SIZES = new Set([0xa, 0xc, 0xe]);
const FOUR_BYTE_SIZES = new Set([0xb, 0xd, 0xf]);

/**
 * Splits an encoded message into its sections without decoding them.
 * @throws MalformedMessageError
 */
export function splitSections(payload: Buffer): readonly Section[] {
  const sections: Section[] = [];
  let offset = 0;
  while (offset < payload.length) {
    if (payload[offset] !== 0) throw new MalformedMessageError('a section has no descriptor');
    const valueAt = endOfValue(payload, offset + 1);
    const end = endOfValue(payload, valueAt);
    sections.push({
      code: readDescriptor(payload, offset + 1),
      raw: payload.subarray(offset, end),
      value: payload.subarray(valueAt, end),
    });
    offset = end;
  }
  return sections;
}

function readDescriptor(payload: Buffer, offset: number): number {
  const typecode = payload[offset];
  if (typecode === 0x53) return payload.readUInt8(offset + 1);
  if (typecode === 0x80) return Number(payload.readBigUInt64BE(offset + 1));
  throw new MalformedMessageError('a section has a descriptor that is not numeric');
}

function endOfValue(payload: Buffer, offset: number): number {
  const typecode = payload[offset];
  if (typecode === undefined) throw new MalformedMessageError('a section is cut off');
  if (typecode === 0) return endOfValue(payload, endOfValue(payload, offset + 1));
  const end = offset + 1 + widthOf(payload, offset + 1, typecode >> 4);
  if (end > payload.length) throw new MalformedMessageError('a section is cut off');
  return end;
}

function widthOf(payload: Buffer, offset: number, category: number): number {
  const fixed = FIXED_WIDTHS[category];
  if (fixed !== undefined) return fixed;
  if (ONE_BYTE_SIZES.has(category) && offset < payload.length) {
    return 1 + payload.readUInt8(offset);
  }
  if (FOUR_BYTE_SIZES.has(category) && offset + 4 <= payload.length) {
    return 4 + payload.readUInt32BE(offset);
  }
  throw new MalformedMessageError('a section holds an unknown type');
}
