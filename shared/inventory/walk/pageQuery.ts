import { MINUTE_MS } from '../../clock/durations';
import type { DefenderQuery } from '../../defender/DefenderQuery';
import type { ODataFilter } from '../../defender/odata';
import { topOf, type WalkState } from './Walk';

/** How far clocks may differ, and how late the service may show that a machine reported. */
const CHANGES_MARGIN_MS = 15 * MINUTE_MS;

/** The call that brings the next page of a run that began at `startedAt` (Unix ms). */
export function pageQuery(
  state: WalkState,
  { filter, pageSize }: { readonly filter: ODataFilter | null; readonly pageSize: number },
  startedAt: number,
): DefenderQuery {
  const { phase, skip, asksCount: count } = state;
  const page = { endpoint: 'machines', top: topOf(state, pageSize), skip, count } as const;
  if (phase.kind !== 'changes') return { ...page, filter };
  const value = startedAt - CHANGES_MARGIN_MS;
  const changed = { op: 'ge', property: 'lastSeen', value } as const;
  return { ...page, filter: filter ? { op: 'and', operands: [filter, changed] } : changed };
}
