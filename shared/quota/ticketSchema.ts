import { z } from 'zod';
import { ENDPOINT_IDS } from '../defender/endpointIds';
import { FLOWS, type Ticket } from './Quota';

/** A ticket as it travels in messages and rows. */
export const ticketSchema: z.ZodType<Ticket> = z.intersection(
  z.object({
    endpoint: z.enum(ENDPOINT_IDS),
    epoch: z.string(),
    ordinal: z.number(),
    // Those of earlier versions have neither.
    asOf: z.number().optional(),
    slotAt: z.number().optional(),
  }),
  z.discriminatedUnion('lane', [
    z.object({ lane: z.literal('bulk'), flow: z.enum(FLOWS) }),
    z.object({ lane: z.literal('interactive') }),
  ]),
);
