import { createHash } from 'node:crypto';
import type { Machine } from '../../defender/DefenderAnswer';

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
  const text = JSON.stringify(sorted(machine, (name) => !VOLATILE.has(name)));
  return createHash('sha256').update(text).digest('base64url').slice(0, 20);
}

function sorted(value: unknown, isKept: (name: string) => boolean = () => true): unknown {
  if (Array.isArray(value)) return value.map((item) => sorted(item));
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Readonly<Record<string, unknown>>; // what JSON has besides
  const names = Object.keys(fields).filter(isKept).sort();
  // Lists, as a name like __proto__ would not be a field of an object.
  return names.map((name) => [name, sorted(fields[name])]);
}
