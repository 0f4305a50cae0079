import { z } from 'zod';
import type { OutgoingMessage } from '../../messaging/QueueSender';
import { ticketSchema } from '../../quota/ticketSchema';
import { runIdOf } from './InventoryRun';

/** Of what `Date` can tell. */
const LAST_INSTANT = 8.64e15;

/** One page to read, or the publication behind the last one: what a message on the inventory queue says. */
export const pageWorkSchema = z
  .object({
    schemaVersion: z.literal('1.0'),
    type: z.literal('inventoryPage'),
    runId: z.string(),
    /** Unix ms. */
    slotAt: z.int().nonnegative().max(LAST_INSTANT),
    epoch: z.int().nonnegative(),
    seq: z.int().nonnegative(),
    /** Sends of this page so far, from 0. */
    hop: z.int().nonnegative(),
    /** Real failures of this page so far; waiting is none. */
    attempt: z.int().nonnegative(),
    tokenRefreshed: z.boolean(),
    ticket: ticketSchema.nullable(),
    /** Calls made for this page so far, and how many of them were throttled. */
    calls: z.int().nonnegative(),
    throttled: z.int().nonnegative(),
  })
  // Paths are made of the id.
  .refine(({ runId, slotAt }) => runId === runIdOf(slotAt));
export type PageWork = z.infer<typeof pageWorkSchema>;

/** The message that asks for page `seq` for the first time in this epoch. */
export function firstHop(of: Pick<PageWork, 'runId' | 'slotAt' | 'epoch' | 'seq'>): PageWork {
  const { runId, slotAt, epoch, seq } = of;
  const fresh = { hop: 0, attempt: 0, tokenRefreshed: false, ticket: null, calls: 0, throttled: 0 };
  return { schemaVersion: '1.0', type: 'inventoryPage', runId, slotAt, epoch, seq, ...fresh };
}

/** `scheduledAt` is Unix ms. */
export function toMessage(work: PageWork, scheduledAt: number): OutgoingMessage {
  return {
    messageId: messageIdOf(work),
    body: Buffer.from(JSON.stringify(work)),
    contentType: 'application/json',
    correlationId: work.runId,
    scheduledAt,
  };
}

export const messageIdOf = ({ runId, epoch, seq, hop }: PageWork): string =>
  `${runId}:${epoch}:${seq}:${hop}`;

/** Null for a message that is not ours. */
export function readPageWork(body: Buffer): PageWork | null {
  try {
    return pageWorkSchema.parse(JSON.parse(body.toString('utf8')));
  } catch {
    return null;
  }
}
