import { DEFAULT_TIMING } from '../quota/calendar/CalendarConfig';
import type { ListId } from './batchQuery';
import type { StoredBatch } from './BatchStore';

/** A call starts at most so long after its slot. */
export const USE_WINDOW_MS = DEFAULT_TIMING.useWindowMs;

/** Within this time after that a batch has been answered, or its caller is dead. */
export const ANSWER_MS = 30_000;

/**
 * A batch whose slot is near fills for so long before its call, which the use window allows; until then others may join. The
 * message with the ticket comes the usual lead earlier.
 */
export const FILL_MS = 2_250;

/** So long after the slot most calls have been answered, and it is known where the machines of alerts are asked for. */
export const ANSWERED_MS: Readonly<Record<ListId, number>> = {
  machines: FILL_MS + 1_000,
  alerts: FILL_MS + 4_000,
};

/** The machines of alerts are asked for with tickets that are taken a little later than now. */
export const MACHINES_MS = ANSWERED_MS.machines + 12_000;

/** Whether it is not too late to join. */
export const isOpen = ({ isClosed, slotAt }: StoredBatch, now: number): boolean =>
  !isClosed && slotAt > now - FILL_MS;
