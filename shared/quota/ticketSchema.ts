import { z } from 'zod';
import { ENDPOINT_IDS } from '../defender/endpointIds';
import { FLOWS, type Ticket } from './Quota';

/** A ticket as it travels in messages and rows. */
export const ticketSchema: z.ZodType<Ticket> = z.intersection(
  z.object({
    endpoint: z.enum(ENDPOINT_IDS),
    epoch: z.string().min(1).max(64),
    ordinal: z.int().min(0),
    // Those of earlier versions have neither.
    asOf: z.number().min(0).optional(),
    slotAt: z.number().min(0).optional(),
  }),
  z.discriminatedUnion('lane', [
    z.object({ lane: z.literal('bulk'), flow: z.enum(FLOWS) }),
    z.object({ lane: z.literal('interactive') }),
  ]),
);
