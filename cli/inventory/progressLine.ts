import type { InventoryRun } from '../../shared/inventory/InventoryRun';

const WIDTH = 24;

/** One line: a bar against the machines of the last snapshot (0 = unknown), pages, machines, waits. */
export function progressLine(
  { seq, machines, waits }: Pick<InventoryRun, 'seq' | 'machines' | 'waits'>,
  expected: number,
  waitMs: number,
): string {
  const share = expected > 0 ? Math.min(1, machines / expected) : 0;
  const filled = Math.round(share * WIDTH);
  const bar = expected > 0 ? `[${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}] ` : '';
  const waiting = waitMs >= 1_000 ? `, waiting ${Math.ceil(waitMs / 1_000)} s` : '';
  return `${bar}${seq} pages, ${machines} machines read, ${waits} waits${waiting}`;
}
