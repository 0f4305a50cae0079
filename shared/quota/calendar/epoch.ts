import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Random } from '../../clock/Clock';

/** As stored in rows and tickets. */
export const epochSchema = z.string().min(1).max(64);

/** A new epoch of the calendar `calendar` (its partition and row): random, and marked as that calendar's. */
export function newEpoch(calendar: string, random: Random): string {
  const nonce = Math.floor(random.next() * 2 ** 48).toString(36);
  return `${nonce}.${markOf(calendar, nonce)}`;
}

/** Whether the epoch is of this calendar, and not of another scope, application or tenant, or made up. */
export function isEpochOf(calendar: string, epoch: string): boolean {
  const [nonce = '', mark] = epoch.split('.');
  return mark === markOf(calendar, nonce);
}

const markOf = (calendar: string, nonce: string): string =>
  createHash('sha256').update(`${calendar}|${nonce}`).digest('hex').slice(0, 16);
