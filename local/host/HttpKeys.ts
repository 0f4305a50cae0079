import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { HttpTrigger } from './FunctionDefinition';

/** The keys of a function app: the master key opens everything, the function key what is not `admin`. */
export interface HttpKeys {
  readonly master: string;
  readonly function: string;
}

export function generateKeys(): HttpKeys {
  return {
    master: randomBytes(24).toString('base64url'),
    function: randomBytes(24).toString('base64url'),
  };
}

/** Whether the key that a caller presented (`x-functions-key`, else `code`) opens this level. */
export function isAuthorized(
  level: HttpTrigger['authLevel'],
  presented: string | undefined,
  keys: HttpKeys,
): boolean {
  if (level === 'anonymous') return true;
  if (presented === undefined) return false;
  return (
    isSame(presented, keys.master) || (level === 'function' && isSame(presented, keys.function))
  );
}

function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
