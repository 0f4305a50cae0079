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

/** Host, and port if it is given, of a Service Bus connection string; null if it has none. */
export function serviceBusHost(text: string): string | null {
  return /^sb:\/\/([^/]+)/i.exec(readParts(text).get('endpoint') ?? '')?.[1] ?? null;
}

/** Where a storage connection string leads to for blobs or tables; null if that cannot be seen. */
export function storageServiceUri(text: string, service: 'blob' | 'table'): string | null {
  const parts = readParts(text);
  if (parts.get('usedevelopmentstorage')?.toLowerCase() === 'true') {
    return `http://127.0.0.1:${service === 'blob' ? 10_000 : 10_002}`;
  }
  const given = parts.get(`${service}endpoint`);
  if (given !== undefined) return given;
  const account = parts.get('accountname');
  if (account === undefined) return null;
  const suffix = parts.get('endpointsuffix') ?? 'core.windows.net';
  const protocol = parts.get('defaultendpointsprotocol') ?? 'https';
  return `${protocol}://${account}.${service}.${suffix}`;
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
