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
  return uuid.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export function tokenToDeliveryTag(token: string): Buffer {
  return swapGuidGroups(tokenToUuid(token));
}

export function tokenFromDeliveryTag(tag: Buffer): string {
  return tokenFromUuid(swapGuidGroups(tag));
}
