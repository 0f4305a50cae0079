/**
 * An id as a delivery has it. The platform reads text that looks like JSON: `…875` and `…876` become one number, `1e3`
 * becomes 1000. The original is lost, so only what is still text counts (library `@azure/functions` 4.16,
 * `fromRpcTypedData`). Null: absent, or not text.
 */
export function idAsDelivered(id: unknown): string | null {
  if (typeof id !== 'string') return null;
  const read = readAsPlatform(id);
  return typeof read === 'string' && read !== '' ? read : null;
}

function readAsPlatform(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
