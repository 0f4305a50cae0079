import { createHash } from 'node:crypto';
import { addressOf, type Values } from './addressOf';

/** Whom a request counts for that carries nothing else to tell it by. */
export const addressCaller = (headers: Values): string => `address ${addressOf(headers)}`;

/** Whom a request without a token counts for: its function key, else its address. */
export function callerOf(headers: Values, query: Values): string {
  // Of a header or parameter that came more than once, joined by commas, the platform has checked the first.
  const [key] = (headers.get('x-functions-key') ?? query.get('code') ?? '').split(',');
  if (!key) return addressCaller(headers);
  return `key ${createHash('sha256').update(key).digest('hex')}`;
}
