/**
 * Lock tokens are UUIDs. In a delivery tag their first three groups are little-endian (a .NET Guid); on `$management`
 * they are in the order of RFC 9562, as they are printed.
 */
function swapGuidGroups(bytes: Buffer): Buffer {
  const swapped = Buffer.from(bytes);
  swapped.subarray(0, 4).reverse();
  swapped.subarray(4, 6).reverse();
  swapped.subarray(6, 8).reverse();
  return swapped;
}

export function tokenToUuid(token: string): Buffer {
  return Buffer.from(token.replaceAll('-', ''), 'hex');
}

export function tokenFromUuid(uuid: Buffer): string {
  const hex = uuid.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export function tokenToDeliveryTag(token: string): Buffer {
  return swapGuidGroups(tokenToUuid(token));
}

export function tokenFromDeliveryTag(tag: Buffer): string {
  return tokenFromUuid(swapGuidGroups(tag));
}
