import { z } from 'zod';
import { entriesOf } from '../defender/entryList';

/**
 * The schema by which this app reads back what it wrote itself: at every depth the fields are kept that a later version
 * has added, and a list that is wrong is not read to its end.
 */
export function asStored<T>(schema: z.ZodType<T>): z.ZodType<T> {
  return loosened(schema) as z.ZodType<T>; // takes more, and gives the same
}

function loosened(schema: z.core.$ZodType): z.ZodType {
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries<z.core.$ZodType>(schema.shape);
    return z.looseObject(
      Object.fromEntries(fields.map(([name, field]) => [name, loosened(field)])),
    );
  }
  if (schema instanceof z.ZodArray) return entriesOf(loosened(schema.element));
  if (schema instanceof z.ZodNullable) return z.nullable(loosened(schema.unwrap()));
  if (schema instanceof z.ZodDefault)
    return z._default(loosened(schema.unwrap()), schema.def.defaultValue);
  return schema as z.ZodType; // made by the same library
}
