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
  return digestOf(sorted(machine, isStable)).slice(0, 20);
}

/** The same for each of its fields that count, by name. */
export function stableDigests(machine: Machine): ReadonlyMap<string, string> {
  const fields = Object.entries(machine).filter(([name]) => isStable(name));
  return new Map(fields.map(([name, value]) => [name, digestOf(sorted(value))]));
}

const isStable = (name: string): boolean => !VOLATILE.has(name);

const digestOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url');

function sorted(value: unknown, isKept: (name: string) => boolean = () => true): unknown {
  if (Array.isArray(value)) return value.map((item) => sorted(item));
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Readonly<Record<string, unknown>>; // what JSON has besides
  const names = Object.keys(fields).filter(isKept).sort();
  // Lists, as a name like __proto__ would not be a field of an object.
  return names.map((name) => [name, sorted(fields[name])]);
}
