import { isIP } from 'node:net';
import { z } from 'zod';
import type { Machine } from '../../defender/DefenderAnswer';

/** An item of another type counts as absent: it must not cost the others. */
const text = z.string().nullish().catch(null);
const texts = z.array(text).catch([]);
const noAddress = { ipAddress: null, macAddress: null };
const addresses = z
  .array(z.object({ ipAddress: text, macAddress: text }).catch(noAddress))
  .catch([]);

export function textOf(machine: Machine, field: string): string | null {
  const value = machine[field];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Beyond 2^53 JSON has lost digits, so what is no safe integer is null, however wide its type. */
export function integerOf(machine: Machine, field: string, type: 'int32' | 'int64'): number | null {
  const value = machine[field];
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return null;
  return type === 'int64' || (value | 0) === value ? value : null;
}

export function booleanOf(machine: Machine, field: string): boolean | null {
  const value = machine[field];
  return typeof value === 'boolean' ? value : null;
}

export function tagsOf(machine: Machine): readonly string[] {
  return texts.parse(machine['machineTags']).filter(isText);
}

/** Every address the machine reported but those that every machine has, each once; never a range, or anything else. */
export function ipAddressesOf(machine: Machine): readonly string[] {
  const listed = addresses.parse(machine['ipAddresses']).map(({ ipAddress }) => ipAddress);
  const all = [machine.lastIpAddress, ...listed].filter(isText);
  return unique(all.filter(isAddress).map((ip) => ip.toLowerCase()));
}

/** Lower-case, with colons; never the one of zeros that every loopback interface has. */
export function macAddressesOf(machine: Machine): readonly string[] {
  const listed = addresses.parse(machine['ipAddresses']).map(({ macAddress }) => macAddress);
  const digits = listed.filter(isText).map((mac) => mac.toLowerCase().replaceAll(/[^0-9a-f]/g, ''));
  const own = digits.filter((mac) => mac.length === 12 && !/^0+$/.test(mac));
  return unique(own.map((mac) => mac.replaceAll(/..(?=.)/g, '$&:')));
}

/** Loopback and unspecified, of both versions: taken for identities, they would make one asset of all machines. */
const SHARED = /^(?:127\.|0\.0\.0\.0$|[0:]+1?$)/;

/** A zone id passes `isIP`, and anything passes as a zone id. */
const isAddress = (ip: string): boolean => isIP(ip) !== 0 && !ip.includes('%') && !SHARED.test(ip);

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const unique = (values: readonly string[]): readonly string[] => [...new Set(values)];
