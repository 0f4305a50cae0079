import type { InventoryRun } from '../../shared/inventory/run/InventoryRun';

const WIDTH = 24;

export interface ProgressDetails {
  /** Machines of the last snapshot; 0 = unknown. */
  readonly expected: number;
  readonly waitMs: number;
  /** Failed tries of the page. */
  readonly tries: number;
}

/** One line: a bar against the machines of the last snapshot, pages, machines, waits. */
export function progressLine(
  { seq, machines, waits }: Pick<InventoryRun, 'seq' | 'machines' | 'waits'>,
  { expected, waitMs, tries }: ProgressDetails,
): string {
  const share = expected > 0 ? Math.min(1, machines / expected) : 0;
  const filled = Math.round(share * WIDTH);
  const bar = expected > 0 ? `[${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}] ` : '';
  const failed = tries > 0 ? `${tries} failed, ` : '';
  const waiting = waitMs >= 1_000 ? `, ${failed}waiting ${Math.ceil(waitMs / 1_000)} s` : '';
  return `${bar}${seq} pages, ${machines} machine rows read, ${waits} waits${waiting}`;
}
