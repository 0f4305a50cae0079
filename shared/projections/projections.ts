import type { Projection } from '../records/toOutputMessage';
import { toEcs } from './ecs';
import { toOcsf } from './ocsf';
import type { OutputFormat } from './OutputFormat';

/** How a record is written in each format. */
export const PROJECTIONS: Readonly<Record<OutputFormat, Projection>> = {
  native: (record) => record,
  ecs: toEcs,
  ocsf: toOcsf,
};

/** The native record in a body of any format, for those who read what the app wrote. */
export function nativeIn(body: unknown): unknown {
  const { mde_enrichment: inEcs, unmapped } = partsOf(body);
  return inEcs ?? partsOf(unmapped)['mde_enrichment'] ?? body;
}

const partsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};
