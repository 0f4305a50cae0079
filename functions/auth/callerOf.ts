import { createHash } from 'node:crypto';
import { addressOf, type Values } from './addressOf';

/** The caller of a request identified only by its address. */
export const addressCaller = (headers: Values): string => `address ${addressOf(headers)}`;

/** The caller of a request without a token: its function key, else its address. */
export function callerOf(headers: Values, query: Values): string {
  // Of a header or parameter that came more than once, joined by commas, the platform has checked the first.
  const [key] = (headers.get('x-functions-key') ?? query.get('code') ?? '').split(',');
  if (!key) return addressCaller(headers);
  return `key ${createHash('sha256').update(key).digest('hex')}`;
}
