import { bar } from '../../local/terminal/StatusLine';
import type { InventoryRun, RunPhase } from '../../shared/inventory/run/InventoryRun';

const WIDTH = 24;
const PHASES: Readonly<Record<RunPhase, string>> = {
  list: 'reading the list',
  end: 'proving that it ends there',
  secondList: 'reading the list a second time',
  changes: 'reading machines that reported meanwhile',
  files: 'writing the files',
};

export interface ProgressDetails {
  /** Machines of the last snapshot; 0 = unknown. */
  readonly expected: number;
  readonly waitMs: number;
  /** Failed tries of the page. */
  readonly tries: number;
}

/** One line: a bar against the machines of the last snapshot, machines, pages, what it is at, waits. */
export function progressLine(
  { seq, phase, machines, waits }: Pick<InventoryRun, 'seq' | 'phase' | 'machines' | 'waits'>,
  { expected, waitMs, tries }: ProgressDetails,
): string {
  const done = expected > 0 ? `[${bar(machines / expected, WIDTH)}] ` : '';
  const failed = tries > 0 ? `${tries} failed, ` : '';
  const waiting = waitMs >= 1_000 ? `, ${failed}waiting ${Math.ceil(waitMs / 1_000)} s` : '';
  const waited = waits > 0 ? `, ${waits} waits` : '';
  return `${done}${machines} machines, ${seq} pages: ${PHASES[phase]}${waited}${waiting}`;
}
