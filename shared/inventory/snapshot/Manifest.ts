import { z } from 'zod';

const count = z.int().nonnegative();
const countsByValue = z.record(z.string(), count);
const instant = z.string();

/** What a manifest states about its snapshot; consumers rely on it, so fields are only ever added. */
export const manifestSchema = z.object({
  schemaVersion: z.literal('1.0'),
  runId: z.string(),
  tenantId: z.string(),
  slot: instant,
  startedAt: instant,
  completedAt: instant,
  complete: z.boolean(),
  warnings: z.array(z.string()),
  source: z.object({
    filter: z.string().nullable(),
    pages: count,
    calls: count,
    throttled: count,
    overlapsChecked: count,
    rewinds: count,
    /** How often the whole list was read. */
    walks: count.default(1),
    /** Rows that Defender lists without a usable id; with a field of another type than documented. */
    skippedRows: count.default(0),
    mistypedRows: count.default(0),
  }),
  /** Paths are below the container. */
  files: z.array(
    z.object({
      path: z.string(),
      format: z.string(),
      rows: count,
      bytes: count,
      sha256: z.string(),
    }),
  ),
  counts: z.object({
    total: count,
    byOsPlatform: countsByValue,
    byRiskScore: countsByValue,
    byExposureLevel: countsByValue,
    byHealthStatus: countsByValue,
    byOnboardingStatus: countsByValue,
    /** System → risk → machines. */
    byOsPlatformAndRiskScore: z.record(z.string(), countsByValue).default({}),
  }),
  previousRunId: z.string().nullable(),
  delta: z.object({ new: count, changed: count, retired: count }),
});
export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestFile = Manifest['files'][number];
