import { isIP } from 'node:net';
import { z } from 'zod';
import type { Machine } from './DefenderAnswer';

/** An item of another type counts as absent: it must not cost the others. */
const text = z.string().nullish().catch(null);
const texts = z.array(text).catch([]);
const none = { ipAddress: null, macAddress: null, type: null, operationalStatus: null };
const addresses = z
  .array(
    z
      .object({ ipAddress: text, macAddress: text, type: text, operationalStatus: text })
      .catch(none),
  )
  .catch([]);
const virtualMachine = z.record(z.string(), z.unknown()).catch({});

export function textOf(machine: Machine, field: string): string | null {
  const value = machine[field];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** JSON loses digits beyond 2^53, so an unsafe integer is null, however wide its type. */
export function integerOf(machine: Machine, field: string, type: 'int32' | 'int64'): number | null {
  const value = machine[field];
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return null;
  return type === 'int64' || (value | 0) === value ? value : null;
}

export function booleanOf(machine: Machine, field: string): boolean | null {
  const value = machine[field];
  return typeof value === 'boolean' ? value : null;
}

/** Unix ms; Defender writes up to seven fractional digits, of which three are kept. */
export function instantOf(machine: Machine, field: string): number | null {
  const value = textOf(machine, field);
  const at = value !== null && /T.*(?:Z|[+-]\d\d:\d\d)$/i.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? null : at;
}

/** A single address; null for a range, one with a zone, or anything else. */
export function addressOf(machine: Machine, field: string): string | null {
  const value = textOf(machine, field);
  return value !== null && isAddress(value) ? value : null;
}

export function tagsOf(machine: Machine): readonly string[] {
  return texts.parse(machine['machineTags']).filter(isText);
}

/** Of `vmMetadata`; null if not a virtual machine, or unknown to Defender. */
export function virtualMachineTextOf(machine: Machine, field: string): string | null {
  const value = virtualMachine.parse(machine['vmMetadata'])[field];
  return isText(value) ? value : null;
}

export interface NetworkAddress {
  readonly ip: string | null;
  /** Lower-case, with colons. */
  readonly mac: string | null;
  readonly type: string | null;
  readonly status: string | null;
}

/** As Defender lists them, loopback too; what is not one address is null. */
export function networkAddressesOf(machine: Machine): readonly NetworkAddress[] {
  return addresses
    .parse(machine['ipAddresses'])
    .map(({ ipAddress, macAddress, type, operationalStatus }) => ({
      ip: isText(ipAddress) && isAddress(ipAddress) ? ipAddress : null,
      mac: macOf(macAddress ?? ''),
      type: isText(type) ? type : null,
      status: isText(operationalStatus) ? operationalStatus : null,
    }));
}

function macOf(text: string): string | null {
  const digits = text.toLowerCase().replaceAll(/[^0-9a-f]/g, '');
  return digits.length === 12 ? digits.replaceAll(/..(?=.)/g, '$&:') : null;
}

/** Whether it identifies the machine: every loopback interface has the all-zero one. */
export const isOwnMac = (mac: string | null): mac is string => mac !== null && !/^[0:]+$/.test(mac);

/** Every address the machine reported but those that every machine has, each once; never a range, or anything else. */
export function ipAddressesOf(machine: Machine): readonly string[] {
  const listed = networkAddressesOf(machine).map(({ ip }) => ip);
  const all = [addressOf(machine, 'lastIpAddress'), ...listed].filter(isText);
  return unique(all.filter((ip) => !SHARED.test(ip)).map((ip) => ip.toLowerCase()));
}

/** Lower-case, with colons, each once. */
export function macAddressesOf(machine: Machine): readonly string[] {
  return unique(
    networkAddressesOf(machine)
      .map(({ mac }) => mac)
      .filter(isOwnMac),
  );
}

/** Loopback and unspecified, of both versions: taken for identities, they would make one asset of all machines. */
const SHARED = /^(?:127\.|0\.0\.0\.0$|[0:]+1?$)/;

/** A zone id passes `isIP`, and anything passes as a zone id. */
const isAddress = (ip: string): boolean => isIP(ip) !== 0 && !ip.includes('%');

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const unique = (values: readonly string[]): readonly string[] => [...new Set(values)];
