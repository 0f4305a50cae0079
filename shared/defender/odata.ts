/**
 * The properties that `machines` documents as filterable, with their types
 * (learn.microsoft.com/defender-endpoint/api/get-machines, read 2026-10).
 */
export const FILTERABLE = {
  id: 'string',
  computerDnsName: 'string',
  version: 'string',
  deviceValue: 'string',
  exposureLevel: 'string',
  onboardingStatus: 'string',
  lastIpAddress: 'string',
  healthStatus: 'string',
  osPlatform: 'string',
  riskScore: 'string',
  aadDeviceId: 'guid',
  lastSeen: 'instant',
  rbacGroupId: 'integer',
  machineTags: 'strings',
} as const;

type PropertyOf<Type extends string> = {
  [P in keyof typeof FILTERABLE]: (typeof FILTERABLE)[P] extends Type ? P : never;
}[keyof typeof FILTERABLE];

export type ComparisonOperator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';

/** A `$filter` as a tree. Values are plain: instants are Unix ms, quoting is the printer's. */
export type ODataFilter =
  | {
      readonly op: ComparisonOperator;
      readonly property: PropertyOf<'string' | 'guid'>;
      readonly value: string;
    }
  | {
      readonly op: ComparisonOperator;
      readonly property: PropertyOf<'instant' | 'integer'>;
      readonly value: number;
    }
  | {
      readonly op: 'startswith';
      readonly property: PropertyOf<'string'>;
      readonly value: string;
    }
  | {
      readonly op: 'in';
      readonly property: PropertyOf<'string' | 'guid'>;
      readonly values: readonly [string, ...string[]];
    }
  /** True when one of the collection's members equals `value`. */
  | { readonly op: 'any'; readonly property: PropertyOf<'strings'>; readonly value: string }
  | { readonly op: 'and' | 'or'; readonly operands: readonly [ODataFilter, ...ODataFilter[]] };

const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function printLiteral(property: keyof typeof FILTERABLE, value: string | number): string {
  if (typeof value === 'string') {
    if (FILTERABLE[property] !== 'guid') return quoted(value);
    if (!GUID.test(value)) throw new TypeError(`Cannot print filter: ${property} is not a GUID`);
    return value;
  }
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(`Cannot print filter: ${property} is not a whole number`);
  }
  return FILTERABLE[property] === 'instant' ? printInstant(value) : String(value);
}

const printInstant = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

/** Writes the filter in OData, not yet percent-encoded. @throws {TypeError | RangeError} a value not of its type. */
export function printFilter(filter: ODataFilter): string {
  switch (filter.op) {
    case 'and':
    case 'or':
      return filter.operands
        .map((operand) => {
          const printed = printFilter(operand);
          return operand.op === 'and' || operand.op === 'or' ? `(${printed})` : printed;
        })
        .join(` ${filter.op} `);
    case 'startswith':
      return `startswith(${filter.property},${quoted(filter.value)})`;
    case 'in': {
      const { property, values } = filter;
      return `${property} in (${values.map((value) => printLiteral(property, value)).join(',')})`;
    }
    case 'any':
      return `${filter.property}/any(tag: tag eq ${quoted(filter.value)})`;
    default:
      return `${filter.property} ${filter.op} ${printLiteral(filter.property, filter.value)}`;
  }
}
