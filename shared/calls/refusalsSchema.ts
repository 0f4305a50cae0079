import { z } from 'zod';
import { instantSchema } from '../clock/instantSchema';
import { NO_REFUSALS, type Refusals } from './refusals';

/** Refusals as they travel in messages; those of earlier versions have none. */
export const refusalsSchema: z.ZodType<Refusals> = z
  .object({
    counted: z.int().min(0),
    lastAt: instantSchema,
    forbiddenSince: instantSchema.nullable(),
  })
  .default(NO_REFUSALS);
