import type { Machine } from '../defender/DefenderAnswer';

export interface MachineNames {
  /** In lower case, as names are the same in any. */
  readonly full: string;
  readonly label: string;
  /** What follows the first label; null for a bare name. */
  readonly domain: string | null;
}

/** A name with spaces is that of a phone or a Mac, where a dot separates nothing. */
export function machineNames({ computerDnsName }: Machine): MachineNames | null {
  const full = computerDnsName?.toLowerCase();
  if (!full) return null;
  const dot = /\s/.test(full) ? -1 : full.indexOf('.');
  if (dot <= 0) return { full, label: full, domain: null };
  return { full, label: full.slice(0, dot), domain: full.slice(dot + 1) || null };
}
