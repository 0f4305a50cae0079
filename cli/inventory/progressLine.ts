import { bar } from '../../local/terminal/StatusLine';
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
  const done = expected > 0 ? `[${bar(machines / expected, WIDTH)}] ` : '';
  const failed = tries > 0 ? `${tries} failed, ` : '';
  const waiting = waitMs >= 1_000 ? `, ${failed}waiting ${Math.ceil(waitMs / 1_000)} s` : '';
  return `${done}${seq} pages, ${machines} machine rows read, ${waits} waits${waiting}`;
}
