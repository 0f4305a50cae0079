import { z } from 'zod';
import { NO_REFUSALS } from '../../calls/refusals';
import { refusalsSchema } from '../../calls/refusalsSchema';
import { STEP_ENDPOINTS } from '../../calls/steps';
import { instantSchema } from '../../clock/instantSchema';
import type { OutgoingMessage } from '../../messaging/QueueSender';
import { underNewNames } from '../../messaging/underNewNames';
import type { Ticket } from '../../quota/Quota';
import { ticketSchema } from '../../quota/ticketSchema';
import { isSlot, runIdOf } from './InventoryRun';

/** A message on the inventory queue: one page to read, or the publication after the last one. */
export const pageWorkSchema = z
  .object({
    schemaVersion: z.literal('1.0'),
    type: z.literal('inventoryPage'),
    runId: z.string(),
    /** Unix ms. */
    slotAt: instantSchema.nonnegative(),
    epoch: z.int().nonnegative(),
    /** As the run; counts in its first message, which makes the run. */
    publishes: z.boolean().default(true),
    seq: z.int().nonnegative(),
    /** Sends of this page so far, from 0. */
    hop: z.int().nonnegative(),
    /** Real failures of this page so far; waiting does not count. */
    failures: z.int().nonnegative(),
    tokenRefreshed: z.boolean(),
    refusals: refusalsSchema,
    ticket: ticketSchema.nullable(),
    /** Calls made for this page so far, and how many of them were throttled. */
    calls: z.int().nonnegative(),
    throttled: z.int().nonnegative(),
  })
  // Paths are made of the id.
  .refine(({ runId, slotAt }) => runId === runIdOf(slotAt))
  .refine(({ ticket }) => ticket === null || isOurs(ticket));
export type PageWork = z.infer<typeof pageWorkSchema>;

/** The message that asks for page `seq` for the first time in this epoch. */
export function firstHop(
  of: Pick<PageWork, 'runId' | 'slotAt' | 'epoch' | 'publishes' | 'seq'>,
): PageWork {
  const { runId, slotAt, epoch, publishes, seq } = of;
  return {
    schemaVersion: '1.0',
    type: 'inventoryPage',
    runId,
    slotAt,
    epoch,
    publishes,
    seq,
    hop: 0,
    failures: 0,
    tokenRefreshed: false,
    refusals: NO_REFUSALS,
    ticket: null,
    calls: 0,
    throttled: 0,
  };
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

/** Null for a message that is not ours at `now` (Unix ms). */
export function readPageWork(body: Buffer, now: number): PageWork | null {
  try {
    const json: unknown = JSON.parse(body.toString('utf8'));
    const work = pageWorkSchema.parse(underNewNames({ attempt: 'failures' })(json));
    return isSlot(work.slotAt, now) ? work : null;
  } catch {
    return null;
  }
}

/** Whether it is one for pages: another would spend the place of another call. */
const isOurs = (ticket: Ticket): boolean =>
  ticket.endpoint === STEP_ENDPOINTS.machineList &&
  ticket.lane === 'bulk' &&
  ticket.flow === 'inventory';
