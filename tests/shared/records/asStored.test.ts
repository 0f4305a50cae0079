import { z } from 'zod';
import { asStored } from '../../../shared/records/asStored';

const inner = z.strictObject({ name: z.string() });
const known = { name: 'a' };
const later = { name: 'a', addedLater: 1 };

describe('asStored()', () => {
  it.each([
    { what: 'an object', schema: inner, value: later },
    { what: 'an object in another', schema: z.strictObject({ inner }), value: { inner: later } },
    { what: 'a list', schema: z.array(inner), value: [later, known] },
    { what: 'what may be null', schema: inner.nullable(), value: later },
    { what: 'what has a default', schema: z.array(inner).default([]), value: [later] },
  ])('keeps the fields of $what that it does not know', ({ schema, value }) => {
    expect(schema.safeParse(value).success).toBe(false);
    expect(asStored<unknown>(schema).parse(value)).toEqual(value);
  });

  it('fills in what an earlier version did not write', () => {
    const schema = z.strictObject({ list: z.array(inner).default([]), count: z.int().default(0) });

    expect(asStored(schema).parse({})).toEqual({ list: [], count: 0 });
  });

  it.each([{ name: 1 }, {}, null])(
    'refuses what the schema refuses in a known field: %j',
    (value) => {
      expect(asStored(inner).safeParse(value).success).toBe(false);
    },
  );

  it('names one fault of a list, however many there are', () => {
    const result = asStored(z.array(inner)).safeParse([known, {}, {}, {}]);

    expect(result.error?.issues).toMatchObject([{ path: [1] }]);
  });
});
