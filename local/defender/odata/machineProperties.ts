import { type Machine, sparseMachine } from '../entities/Machine';

export type PropertyType = 'string' | 'date' | 'number' | 'guid' | 'strings';

/** What `$filter` may name, with types: get-machines.md and exposed-apis-odata-samples.md, 2026-03. */
const FILTERABLE = {
  computerDnsName: 'string',
  id: 'string',
  version: 'string',
  deviceValue: 'string',
  aadDeviceId: 'guid',
  machineTags: 'strings',
  lastSeen: 'date',
  exposureLevel: 'string',
  onboardingStatus: 'string',
  lastIpAddress: 'string',
  healthStatus: 'string',
  osPlatform: 'string',
  riskScore: 'string',
  rbacGroupId: 'number',
} as const satisfies Partial<Record<keyof Machine, PropertyType>>;

export type FilterableProperty = keyof typeof FILTERABLE;

export type PropertyLookup =
  | {
      readonly outcome: 'filterable';
      readonly name: FilterableProperty;
      readonly type: PropertyType;
    }
  | { readonly outcome: 'notFilterable' | 'unknown' };

const filterable = new Map(
  Object.entries(FILTERABLE).map(([name, type]) => [
    name.toLowerCase(),
    { outcome: 'filterable', name: name as FilterableProperty, type } as const, // a key of FILTERABLE
  ]),
);
const known = new Set(Object.keys(sparseMachine('')).map((name) => name.toLowerCase()));

/** Property names match in any case (`ComputerDNSName`, `riskscore` are used in production). */
export function lookUpProperty(name: string): PropertyLookup {
  const key = name.toLowerCase();
  return filterable.get(key) ?? { outcome: known.has(key) ? 'notFilterable' : 'unknown' };
}
