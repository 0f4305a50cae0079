import { createHash } from 'node:crypto';
import type { Machine } from '../defender/DefenderAnswer';

/** What differs from day to day on a machine to which nothing has happened. */
const VOLATILE = new Set([
  'lastSeen',
  'lastIpAddress',
  'lastExternalIpAddress',
  'ipAddresses',
  'agentVersion',
]);

/** Equal for two readings of a machine that has not changed, whatever the order of its fields. */
export function stableDigest(machine: Machine): string {
  const kept = Object.entries(machine).filter(([name]) => !VOLATILE.has(name));
  const text = JSON.stringify(sorted(Object.fromEntries(kept)));
  return createHash('sha256').update(text).digest('base64url').slice(0, 20);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, child]) => [key, sorted(child)]));
}
