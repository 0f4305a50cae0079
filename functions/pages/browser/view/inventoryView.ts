import type { InventoryStatus } from '../../../../shared/health/StatusReport';
import type { Manifest } from '../../../../shared/inventory/snapshot/Manifest';
import { clockTime, count, counted, duration } from './format';

export interface InventoryView {
  readonly risks: readonly string[];
  /** A row for each system: how many machines of each of `risks`, and all. */
  readonly systems: readonly { readonly name: string; readonly cells: readonly string[] }[];
  readonly exposure: readonly { readonly name: string; readonly text: string }[];
  readonly facts: readonly { readonly name: string; readonly text: string }[];
}

/** Defender's scale, the worst first; what else there is comes after it. */
const LEVELS = ['High', 'Medium', 'Low', 'Informational', 'None'];
const byLevel = (a: string, b: string): number => rank(a) - rank(b) || a.localeCompare(b);
const rank = (level: string): number =>
  LEVELS.includes(level) ? LEVELS.indexOf(level) : LEVELS.length;

/** Of the newest complete snapshot and the last run; null: there is none. `now` is Unix ms. */
export function inventoryView(
  manifest: Manifest | null,
  run: InventoryStatus | null,
  now: number,
): InventoryView {
  const crossed = manifest?.counts.byOsPlatformAndRiskScore ?? {};
  const risks = [...new Set(Object.values(crossed).flatMap((of) => Object.keys(of)))].sort(byLevel);
  const systems = Object.entries(crossed)
    .map(([name, of]) => {
      const total = Object.values(of).reduce((sum, machines) => sum + machines, 0);
      return { name, total, cells: [...risks.map((risk) => of[risk] ?? 0), total] };
    })
    .toSorted((a, b) => b.total - a.total || a.name.localeCompare(b.name))
    .map(({ name, cells }) => ({ name, cells: cells.map(count) }));
  const exposure = Object.entries(manifest?.counts.byExposureLevel ?? {})
    .toSorted(([a], [b]) => byLevel(a, b))
    .map(([name, machines]) => ({ name, text: count(machines) }));
  return { risks, systems, exposure, facts: [...ofManifest(manifest, now), ...ofRun(run, now)] };
}

function ofManifest(manifest: Manifest | null, now: number): InventoryView['facts'] {
  if (!manifest) return [{ name: 'Newest snapshot', text: 'none yet' }];
  const { counts, delta, slot } = manifest;
  const ageMs = now - Date.parse(slot);
  return [
    {
      name: 'Newest snapshot',
      text: `${clockTime(Date.parse(slot), now)}, ${duration(ageMs)} ago`,
    },
    { name: 'Machines', text: count(counts.total) },
    {
      name: 'Since the one before',
      text: `${count(delta.new)} new, ${count(delta.changed)} changed, ${count(delta.retired)} retired`,
    },
  ];
}

function ofRun(run: InventoryStatus | null, now: number): InventoryView['facts'] {
  if (!run) return [{ name: 'Last run', text: 'none in the last seven days' }];
  const { status, startedAt, completedAt, machines, calls, reasonCode } = run;
  const end = completedAt === null ? now : Date.parse(completedAt);
  const took = duration(end - Date.parse(startedAt));
  const why = reasonCode === null ? '' : ` (${reasonCode})`;
  const text = `${status}${why}, ${counted(machines, 'machine')}, ${counted(calls, 'call')}, ${took}`;
  return [{ name: 'Last run', text }];
}
