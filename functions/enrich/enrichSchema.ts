import { z } from 'zod';
import { entrySchema, headSchema } from '../../shared/siem/readPlainForm';

export const MAX_INDICATORS = 100;

const text = z.string().max(1024);
const entry = z.union([text, z.strictObject(entrySchema.shape)]);
const indicators = z.array(entry).min(1).max(MAX_INDICATORS);

const own = {
  /** Any; too much of it is cut. */
  context: z.record(z.string(), z.unknown()).optional(),
  waitMs: z.number().int().min(0).max(60_000).optional(),
};

const withList = z.strictObject({ ...headSchema.shape, ...own, indicators });
const withOne = z.strictObject({ ...headSchema.shape, ...entrySchema.shape, ...own });

/** The plain form of a message, of at most 100 indicators and without fields that nobody reads. */
export const enrichSchema = z.union([text, indicators, withList, withOne]);
