import type { DefenderQuery } from '../defender/DefenderQuery';
import type { ODataFilter } from '../defender/odata';
import type { WalkState } from './Walk';

/** The call that brings the next page. */
export function pageQuery(
  { phase, skip }: WalkState,
  { filter, pageSize }: { readonly filter: ODataFilter | null; readonly pageSize: number },
): DefenderQuery {
  const page = { endpoint: 'machines', top: pageSize, skip } as const;
  if (phase.kind !== 'changes') return { ...page, filter };
  const changed = { op: 'ge', property: 'lastSeen', value: phase.sinceAt } as const;
  return { ...page, filter: filter ? { op: 'and', operands: [filter, changed] } : changed };
}
