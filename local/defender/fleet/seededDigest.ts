import { createHash } from 'node:crypto';
import { SeededRandom } from '../../SeededRandom';

/** 40 hex digits that depend on the parts alone: ids and hashes of generated entities. */
export function seededDigest(...parts: readonly (string | number)[]): string {
  return createHash('sha1').update(parts.join('\0')).digest('hex');
}

/** Draws for one generated entity, so that the n-th machine is the same in a fleet of any size. */
export const randomOf = (digest: string): SeededRandom =>
  new SeededRandom(Number.parseInt(digest.slice(0, 8), 16));
