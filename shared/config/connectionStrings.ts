/** Whether the text is a Service Bus connection string for the whole namespace. */
export function isServiceBusConnectionString(text: string): boolean {
  const parts = readParts(text);
  const hasKey = parts.has('sharedaccesskeyname') && parts.has('sharedaccesskey');
  return (
    /^sb:\/\/[^/?#@\s]+\/?$/i.test(parts.get('endpoint') ?? '') &&
    (hasKey || parts.has('sharedaccesssignature')) &&
    !parts.has('entitypath')
  );
}

/** Whether the text is a storage connection string that reaches tables and blobs. */
export function isStorageConnectionString(text: string): boolean {
  const parts = readParts(text);
  if (parts.get('usedevelopmentstorage')?.toLowerCase() === 'true') return true;
  if (parts.has('accountname') && parts.has('accountkey')) return true;
  return ['sharedaccesssignature', 'blobendpoint', 'tableendpoint'].every((key) => parts.has(key));
}

/** Names in lower case; parts without a value are left out. */
function readParts(text: string): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  for (const part of text.split(';')) {
    const equals = part.indexOf('=');
    const value = part.slice(equals + 1).trim();
    if (equals > 0 && value !== '') parts.set(part.slice(0, equals).trim().toLowerCase(), value);
  }
  return parts;
}
