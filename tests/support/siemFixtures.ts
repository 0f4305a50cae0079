import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { SUBJECT_KINDS } from '../../shared/indicators/Indicator';

const FOLDER = join(__dirname, '..', 'fixtures', 'siem');

const named = z.strictObject({
  kind: z.enum(SUBJECT_KINDS),
  /** Canonical; of a value that cannot be asked for, as given. */
  value: z.string(),
  path: z.string(),
});
const request = z.strictObject({
  format: z.string(),
  source: z.string().optional(),
  eventId: z.string().nullable().optional(),
  /** Of every indicator that has a time. */
  observedAt: z.iso.datetime().optional(),
  tenantIds: z.array(z.string()).optional(),
  context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  indicators: z.array(
    named.extend({
      observedAt: z.iso.datetime().optional(),
      alternatives: z.array(named).optional(),
    }),
  ),
  /** All of it, in order. */
  leftOut: z
    .array(z.strictObject({ value: z.string(), path: z.string(), code: z.string() }))
    .optional(),
});
const expectation = z.union([
  request,
  z.strictObject({
    requests: z.array(request),
    unreadable: z.array(z.strictObject({ path: z.string(), code: z.string() })).optional(),
    otherTenants: z.array(z.string()).optional(),
  }),
  z.strictObject({ unreadable: z.string() }),
]);

const fixture = z
  .strictObject({
    /** Where the shape was published. */
    published: z.string().min(10),
    body: z.json().optional(),
    text: z.string().optional(),
    base64: z.base64().optional(),
    /** Application properties of the message. */
    properties: z.record(z.string(), z.string()).default({}),
    unwrapped: z.array(z.string()).optional(),
    expect: expectation,
    /** Values that are never looked up, however the message is broken. */
    forbidden: z.array(z.string()).default([]),
  })
  .refine(
    ({ body, text, base64 }) =>
      [body, text, base64].filter((each) => each !== undefined).length === 1,
    {
      error: 'One of body, text and base64',
    },
  );

export type SiemFixture = z.output<typeof fixture> & { readonly name: string };
export type ExpectedRequest = z.output<typeof request>;

/** Every fixture of tests/fixtures/siem, named after its file. */
export function siemFixtures(): readonly SiemFixture[] {
  return readdirSync(FOLDER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => {
      const parsed = fixture.safeParse(JSON.parse(readFileSync(file, 'utf8')));
      const name = relative(FOLDER, file).replaceAll('\\', '/').replace('.json', '');
      if (!parsed.success) throw new Error(`${name}: ${z.prettifyError(parsed.error)}`);
      return { ...parsed.data, name };
    });
}

export function bytesOf({ body, text, base64 }: SiemFixture): Buffer {
  if (base64 !== undefined) return Buffer.from(base64, 'base64');
  return Buffer.from(text ?? JSON.stringify(body));
}
