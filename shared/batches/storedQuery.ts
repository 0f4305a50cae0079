import { z } from 'zod';
import type { DefenderQuery } from '../defender/DefenderQuery';
import { queryKey } from '../defender/endpoints';
import type { ODataFilter } from '../defender/odata';
import { AlertId } from '../indicators/AlertId';
import { MachineId } from '../indicators/MachineId';
import { machineList } from '../kinds/machineList';
import { conditionsOf } from './batchQuery';

const conditionSchema = z.union([
  z.object({
    op: z.enum(['eq', 'startswith']),
    property: z.literal('computerDnsName'),
    value: z.string(),
  }),
  z.object({ op: z.literal('eq'), property: z.literal('lastIpAddress'), value: z.string() }),
]);

/** A question as it is kept with a batch: an id, or the conditions of a list of machines. */
const storedQuerySchema = z.union([
  z.object({ machine: z.string() }),
  z.object({ alert: z.string() }),
  z.object({ where: z.tuple([conditionSchema], conditionSchema) }),
]);
type StoredQuery = z.infer<typeof storedQuerySchema>;

/** Reads what {@link toStored} wrote; a question that cannot be read is left out. */
export const storedQueriesSchema = z.array(z.unknown()).transform((values): DefenderQuery[] =>
  values.flatMap((value) => {
    const read = storedQuerySchema.safeParse(value);
    const query = read.success ? fromStored(read.data) : null;
    return query ? [query] : [];
  }),
);

/** Null: it would not be read back as the same question. */
export function toStored(query: DefenderQuery): StoredQuery | null {
  const stored = storedQuerySchema.safeParse(partsOf(query)).data ?? null;
  const read = stored && fromStored(stored);
  return read && queryKey(read) === queryKey(query) ? stored : null;
}

function partsOf(query: DefenderQuery): object {
  if (query.endpoint === 'machine') return { machine: query.id.value };
  if (query.endpoint === 'alertMachine') return { alert: query.alertId.value };
  return { where: conditionsOf(query) };
}

function fromStored(stored: StoredQuery): DefenderQuery | null {
  if ('machine' in stored) {
    const parsed = MachineId.parse(stored.machine);
    return parsed.ok ? { endpoint: 'machine', id: parsed.indicator } : null;
  }
  if ('alert' in stored) {
    const parsed = AlertId.parse(stored.alert);
    return parsed.ok ? { endpoint: 'alertMachine', alertId: parsed.indicator } : null;
  }
  const [first, ...others] = stored.where;
  const filter: ODataFilter =
    others.length === 0 ? first : { op: 'or', operands: [first, ...others] };
  return machineList(filter);
}
