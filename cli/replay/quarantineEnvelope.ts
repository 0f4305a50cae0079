import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Lookup } from '../../shared/lookups/Lookup';
import { lookupSchema } from '../../shared/lookups/workSchema';
import type { BlobStore } from '../../shared/storage/BlobStore';

const generationSchema = z.object({ generation: z.int().min(0) });

/** What quarantine writes, as far as a replay needs it. */
export const envelopeSchema = z.object({
  reason: z.object({ code: z.string() }),
  source: z.object({
    /** Null: of a lookup. */
    queue: z.string().nullable(),
    messageId: z.string().nullable(),
    correlationId: z.string().nullable(),
    applicationProperties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  }),
  body: z.string().nullable(),
  bodyEncoding: z.enum(['utf8', 'base64']).nullable(),
  bodyBlob: z.string().nullable(),
  bodySha256: z.string().nullable(),
  lookup: z.json(),
});
export type QuarantineEnvelope = z.infer<typeof envelopeSchema>;

export interface QuarantinedLookup {
  readonly lookup: Lookup;
  readonly generation: number;
}

/** The bytes that were put aside. @throws {StorageUnavailableError} @throws Error they are gone, or are others */
export async function bodyOf(
  { body, bodyEncoding, bodyBlob, bodySha256 }: QuarantineEnvelope,
  bodies: Pick<BlobStore, 'read'>,
): Promise<Buffer> {
  const bytes =
    body !== null ? Buffer.from(body, bodyEncoding ?? 'utf8') : await bodies.read(bodyBlob ?? '');
  if (!bytes) throw new Error('Its body is no longer in the container quarantine.');
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest !== bodySha256) throw new Error('Its body is not the one that was put aside.');
  return bytes;
}

/** The lookup that was put aside, wherever it lies; null: it is none that this version reads. @throws as {@link bodyOf} */
export async function lookupOf(
  envelope: QuarantineEnvelope,
  bodies: Pick<BlobStore, 'read'>,
): Promise<QuarantinedLookup | null> {
  const json: unknown =
    envelope.bodyBlob === null
      ? envelope.lookup
      : JSON.parse((await bodyOf(envelope, bodies)).toString('utf8'));
  const lookup = lookupSchema.safeParse(json);
  const number = generationSchema.safeParse(json);
  if (!lookup.success || !number.success) return null;
  return { lookup: lookup.data, generation: number.data.generation };
}
