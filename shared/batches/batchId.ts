import { epochSchema } from '../quota/calendar/epoch';
import { BULK_FLOWS, type BulkFlow, type Ticket } from '../quota/Quota';
import { LIST_IDS, type ListId } from './batchQuery';
import type { BatchQueue } from './BatchStore';

/** Ids fall with time, so that the newest comes first (the year 2286). */
const END_OF_TIME_MS = 9_999_999_999_999;

/** A batch's first ticket. */
export type BatchTicket = Extract<Ticket, { readonly lane: 'bulk' }> & {
  readonly endpoint: ListId;
};

const SHAPE = new RegExp(
  `^(?<list>${LIST_IDS.join('|')})\\|(?<flow>${BULK_FLOWS.join('|')})\\|\\d{13}\\.(?<epoch>.+)\\.(?<ordinal>\\d{1,15})$`,
);

/**
 * Names a batch by its queue and its first ticket, so that members know its slot without reading it.
 * @param at when it is made (Unix ms)
 */
export function batchIdOf({ list, flow }: BatchQueue, ticket: Ticket, at: number): string {
  const age = String(END_OF_TIME_MS - Math.floor(at)).padStart(13, '0');
  return `${list}|${flow}|${age}.${ticket.epoch}.${ticket.ordinal}`;
}

/** The ticket that a batch was opened with; null: not an id of a batch. */
export function ticketIn(id: string): BatchTicket | null {
  const parts = SHAPE.exec(id)?.groups;
  const endpoint = LIST_IDS.find((list) => list === parts?.['list']);
  const flow: BulkFlow | undefined = BULK_FLOWS.find((each) => each === parts?.['flow']);
  const epoch = epochSchema.safeParse(parts?.['epoch']);
  if (!endpoint || !flow || !epoch.success) return null;
  return {
    lane: 'bulk',
    endpoint,
    flow,
    epoch: epoch.data,
    ordinal: Number(parts?.['ordinal']),
  };
}

/** The queue of a batch; null: not an id of a batch. */
export function queueOf(id: string): BatchQueue | null {
  const ticket = ticketIn(id);
  return ticket && { list: ticket.endpoint, flow: ticket.flow };
}
