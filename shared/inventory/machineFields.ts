import { z } from 'zod';
import type { Machine } from '../defender/DefenderAnswer';

const addresses = z
  .array(
    z.looseObject({
      ipAddress: z.string().nullish().catch(null),
      macAddress: z.string().nullish().catch(null),
    }),
  )
  .catch([]);
const texts = z.array(z.string()).catch([]);

export function textOf(machine: Machine, field: string): string | null {
  const value = machine[field];
  return typeof value === 'string' && value !== '' ? value : null;
}

export function numberOf(machine: Machine, field: string): number | null {
  const value = machine[field];
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
}

export function booleanOf(machine: Machine, field: string): boolean | null {
  const value = machine[field];
  return typeof value === 'boolean' ? value : null;
}

export function tagsOf(machine: Machine): readonly string[] {
  return texts.parse(machine['machineTags']);
}

/** Every address the machine reported but loopback, each once. */
export function ipAddressesOf(machine: Machine): readonly string[] {
  const listed = addresses.parse(machine['ipAddresses']).map(({ ipAddress }) => ipAddress);
  const all = [machine.lastIpAddress, ...listed].filter((ip) => typeof ip === 'string');
  return unique(all.filter((ip) => ip !== '' && ip !== '::1' && !ip.startsWith('127.')));
}

/** Lower-case, with colons. */
export function macAddressesOf(machine: Machine): readonly string[] {
  const listed = addresses.parse(machine['ipAddresses']).map(({ macAddress }) => macAddress);
  const digits = listed.flatMap((mac) => mac?.toLowerCase().replaceAll(/[^0-9a-f]/g, '') ?? []);
  return unique(
    digits.filter((mac) => mac.length === 12).map((mac) => mac.replaceAll(/..(?=.)/g, '$&:')),
  );
}

const unique = (values: readonly string[]): readonly string[] => [...new Set(values)];
