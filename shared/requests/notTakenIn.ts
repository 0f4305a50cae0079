import type { LookupHead } from '../lookups/Lookup';
import { toRecordIndicator } from '../records/buildRecord';
import type { RequestView } from './RequestView';

/** A request whose lookups `left` have no place in the queue until `askAgainAt` (Unix ms). */
export const notTakenIn = (
  known: Omit<RequestView, 'pending' | 'isStored' | 'askAgainAt'>,
  left: readonly LookupHead[],
  askAgainAt: number,
): RequestView => ({
  ...known,
  pending: left.map(({ position, subject }) => ({
    position,
    indicator: toRecordIndicator(subject),
    notBefore: askAgainAt,
  })),
  isStored: false,
  askAgainAt,
});
