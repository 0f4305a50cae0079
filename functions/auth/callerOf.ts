import { createHash } from 'node:crypto';

interface Values {
  get(name: string): string | null;
}

/** Whom a request without a token counts for: its function key, else its address. */
export function callerOf(headers: Values, query: Values): string {
  const key = headers.get('x-functions-key') ?? query.get('code');
  if (key !== null) return `key ${createHash('sha256').update(key).digest('hex')}`;
  // The platform writes the address it sees at the end; what stands before is the caller's own.
  const address = headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? '';
  return `address ${address.replace(/:\d+$/, '').slice(0, 64)}`;
}
