const NAMESPACE = Buffer.from('\x083http://schemas.microsoft.com/2003/10/Serialization/', 'latin1');
/** A short element, such as `string`. */
const ELEMENT = 0x40;
const END_ELEMENT = 0x01;
/** Texts and bytes whose length takes 1, 2 or 4 bytes; the odd ones end the element. [MS-NBFX] 2.2.3 */
const CHUNKS: ReadonlyMap<number, 1 | 2 | 4> = new Map([
  ...([0x98, 0x99, 0x9e, 0x9f] as const).map((type) => [type, 1] as const),
  ...([0x9a, 0x9b, 0xa0, 0xa1] as const).map((type) => [type, 2] as const),
  ...([0x9c, 0x9d, 0xa2, 0xa3] as const).map((type) => [type, 4] as const),
]);

/**
 * What a .NET client sent as a string or as bytes through its DataContractSerializer, which writes binary XML around it
 * (WindowsAzure.ServiceBus and Microsoft.Azure.ServiceBus, when given no stream). Null for anything else.
 */
export function readSerializedString(bytes: Buffer): Buffer | null {
  if (bytes[0] !== ELEMENT) return null;
  const start = 2 + (bytes[1] ?? 0);
  const body = start + NAMESPACE.length;
  if (!bytes.subarray(start, body).equals(NAMESPACE)) return null;
  const chunks: Buffer[] = [];
  for (let at = body; at < bytes.length;) {
    const type = bytes[at] ?? 0;
    if (type === END_ELEMENT) break;
    const size = CHUNKS.get(type);
    if (size === undefined || at + 1 + size > bytes.length) return null;
    const from = at + 1 + size;
    const to = from + bytes.readUIntLE(at + 1, size);
    if (to > bytes.length) return null;
    chunks.push(bytes.subarray(from, to));
    if (type % 2 === 1) break;
    at = to;
  }
  return Buffer.concat(chunks);
}
