import { z } from 'zod';
import { ENDPOINT_IDS } from '../defender/endpointIds';
import { epochSchema } from './calendar/epoch';
import { BULK_FLOWS, type Ticket } from './Quota';

/** Unix ms, up to the last that a Date can hold. */
const instant = z.number().min(0).max(8.64e15);

/** A ticket as it travels in messages and rows. */
export const ticketSchema: z.ZodType<Ticket> = z.intersection(
  z.object({
    endpoint: z.enum(ENDPOINT_IDS),
    epoch: epochSchema,
    ordinal: z.int().min(0),
    // Those of earlier versions have neither.
    asOf: instant.optional(),
    slotAt: instant.optional(),
  }),
  z.discriminatedUnion('lane', [
    z.object({ lane: z.literal('bulk'), flow: z.enum(BULK_FLOWS) }),
    z.object({ lane: z.literal('interactive') }),
  ]),
);
