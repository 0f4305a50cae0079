import { z } from 'zod';
import { inTurns } from '../clock/inTurns';
import { alertSchema, machineSchema, type ListNotes } from './DefenderAnswer';
import { entryList, isEntry } from './entryList';

const listSchema = z.object({
  value: entryList,
  '@odata.count': z.int().nonnegative().nullish().catch(null),
  '@odata.nextLink': z.unknown().optional(),
});

/** What decides whether a record is of a machine in service, and of which. */
const DECISIVE = ['mergedIntoMachineId', 'onboardingStatus', 'healthStatus', 'computerDnsName'];

interface ReadList<Row> {
  readonly rows: readonly Row[];
  /** Absent if empty. */
  readonly list?: ListNotes;
}

/**
 * A list in which one odd row costs nothing but itself. It is unreadable only if nothing in it is a row at all. Read turn by
 * turn, so only `safeParseAsync` will do.
 */
export const machineList = listOf(machineSchema);
export const alertList = listOf(alertSchema);

function listOf<Shape extends z.core.$ZodLooseShape>(
  rowSchema: z.ZodObject<Shape, z.core.$loose>,
): z.ZodType<ReadList<z.output<typeof rowSchema>>> {
  const texts = Object.keys(rowSchema.shape).filter((name) => name !== 'id');
  const decisive = texts.filter((name) => DECISIVE.includes(name));
  return listSchema.transform(async (list, context) => {
    const { value, '@odata.count': total = null } = list;
    const hasNext = (list['@odata.nextLink'] ?? null) !== null;
    const rows: z.output<typeof rowSchema>[] = [];
    const skippedAt: number[] = [];
    const mistypedAt: number[] = [];
    const unclearAt: number[] = [];
    if (value.length > 0 && !value.some(isEntry)) {
      context.addIssue({ code: 'custom', path: ['value', 0] });
      return z.NEVER;
    }
    for await (const [at, row] of inTurns(value)) {
      const read = rowSchema.safeParse(row);
      if (!read.success) {
        skippedAt.push(at);
        continue;
      }
      rows.push(read.data);
      if (hasMistyped(row, texts)) mistypedAt.push(at);
      if (hasMistyped(row, decisive)) unclearAt.push(at);
    }
    const isNotable = total !== null || hasNext || skippedAt.length > 0 || mistypedAt.length > 0;
    return {
      rows,
      ...(isNotable && { list: { total, skippedAt, mistypedAt, unclearAt, hasNext } }),
    };
  });
}

/** Whether a field that should be text is something else. */
function hasMistyped(row: unknown, texts: readonly string[]): boolean {
  return isEntry(row) && texts.some((name) => !['string', 'undefined'].includes(kindOf(row[name])));
}

const kindOf = (value: unknown): string => (value === null ? 'undefined' : typeof value);
