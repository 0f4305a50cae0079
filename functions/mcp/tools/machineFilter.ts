import { z } from 'zod';
import type { ODataFilter } from '../../../shared/defender/odata';
import { instant } from '../../http/parameters';

const text = z.string().min(1).max(256);

/** Any of these, of Defender's enumeration. */
const anyOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.array(z.enum(values)).min(1).max(values.length).optional();

/** Properties by which Defender filters machines; the enumerations are its documentation's (machine.md, 2026-10). */
export const machineFilterFields = {
  namePrefix: text.optional().describe('Beginning of the DNS name'),
  risk: anyOf(['None', 'Informational', 'Low', 'Medium', 'High']),
  exposure: anyOf(['None', 'Low', 'Medium', 'High']),
  health: anyOf([
    'Active',
    'Inactive',
    'ImpairedCommunication',
    'NoSensorData',
    'NoSensorDataImpairedCommunication',
    'Unknown',
  ]),
  os: z
    .array(text)
    .min(1)
    .max(10)
    .optional()
    .describe('osPlatform as machines have it, such as Windows11, WindowsServer2022 or Linux'),
  tag: text.optional().describe('One of its tags, whole'),
  group: z
    .int()
    .min(0)
    .max(2_147_483_647)
    .optional()
    .describe('rbacGroupId as machines have it; groups cannot be searched by name'),
  lastSeenAfter: instant.optional().describe('ISO 8601, such as 2026-11-20T00:00:00Z'),
  lastSeenBefore: instant.optional().describe('ISO 8601'),
};
type MachineFilterFields = z.output<z.ZodObject<typeof machineFilterFields>>;

/** Null for no condition. */
export function machineFilter(fields: MachineFilterFields): ODataFilter | null {
  const { namePrefix, tag, group, lastSeenAfter, lastSeenBefore } = fields;
  return joined('and', [
    namePrefix !== undefined && {
      op: 'startswith',
      property: 'computerDnsName',
      value: namePrefix,
    },
    isOneOf('riskScore', fields.risk),
    isOneOf('exposureLevel', fields.exposure),
    isOneOf('healthStatus', fields.health),
    isOneOf('osPlatform', fields.os),
    tag !== undefined && { op: 'any', property: 'machineTags', value: tag },
    group !== undefined && { op: 'eq', property: 'rbacGroupId', value: group },
    lastSeenAfter !== undefined && { op: 'gt', property: 'lastSeen', value: lastSeenAfter },
    lastSeenBefore !== undefined && { op: 'lt', property: 'lastSeen', value: lastSeenBefore },
  ]);
}

/** Not `in`, which only some services take. */
function isOneOf(
  property: 'riskScore' | 'exposureLevel' | 'healthStatus' | 'osPlatform',
  values: readonly string[] = [],
): ODataFilter | null {
  return joined(
    'or',
    values.map((value) => ({ op: 'eq', property, value })),
  );
}

function joined(
  op: 'and' | 'or',
  conditions: readonly (ODataFilter | null | false)[],
): ODataFilter | null {
  const [first, ...others] = conditions.filter((each) => each !== null && each !== false);
  if (first === undefined) return null;
  return others.length === 0 ? first : { op, operands: [first, ...others] };
}
