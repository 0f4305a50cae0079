import { z } from 'zod';
import { PRIORITIES } from '../enrichment/Lookup';
import { detectIndicatorKind } from '../indicators/detectIndicatorKind';
import type { IndicatorKind } from '../indicators/Indicator';
import { readContext } from './readContext';
import type { LeftOut, SiemIndicator, SiemRequest } from './SiemRequest';
import { unreadable, type Reading } from './Unreadable';

const MAX_INDICATORS = 500;

/** The plain form's own keys. */
const KEYS = [
  ['ip', 'ip'],
  ['hash', 'file'],
  ['alertId', 'alert'],
  ['machineId', 'machine'],
  ['host', 'host'],
] as const satisfies readonly (readonly [string, IndicatorKind])[];

/** Names under which `type` + `value` pairs are accepted, in lower case. */
const TYPES: ReadonlyMap<string, IndicatorKind> = new Map([
  ...typesOf('ip', 'ip', 'ipaddress'),
  ...typesOf('file', 'hash', 'file', 'filehash', 'sha1', 'sha256', 'md5'),
  ...typesOf('alert', 'alert', 'alertid'),
  ...typesOf('machine', 'machine', 'machineid', 'device', 'deviceid'),
  ...typesOf('host', 'host', 'hostname'),
]);
const HASH_TYPES = new Set(['sha1', 'sha256', 'md5']);

const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const text = z.string().max(1024);

export const entrySchema = z.object({
  ip: text.optional(),
  hash: text.optional(),
  alertId: text.optional(),
  machineId: text.optional(),
  host: text.optional(),
  type: text.optional(),
  value: text.optional(),
  observedAt: instant.optional(),
  ref: text.optional(),
});
type Entry = z.infer<typeof entrySchema>;

/** One indicator at top level. */
const aloneSchema = entrySchema.transform((entry) => ({ indicators: [entry] }));

export const headSchema = z.object({
  id: text.optional(),
  source: text.optional(),
  revision: z.union([text, z.number()]).transform(String).optional(),
  priority: z.enum(PRIORITIES).optional(),
  notAfter: instant.optional(),
  maxAgeMs: z.number().int().min(0).optional(),
  tenantId: text.optional(),
  observedAt: instant.optional(),
});

const listSchema = z.object({ indicators: z.array(z.union([text, entrySchema])) });

/** Reads the plain form: an object with `indicators`, one indicator at top level, or an array of indicators. */
export function readPlainForm(json: unknown): Reading<SiemRequest> {
  if (typeof json === 'string') return readBareText(json);
  const isArray = Array.isArray(json);
  const object = isArray ? { indicators: json as unknown[] } : json;
  const head = headSchema.safeParse(object);
  if (!head.success) return malformed(head.error);

  const hasList = typeof object === 'object' && object !== null && 'indicators' in object;
  const list = (hasList ? listSchema : aloneSchema).safeParse(object);
  if (!list.success) return malformed(list.error);

  const eventAt = hasList ? (head.data.observedAt ?? null) : null;
  const read = list.data.indicators.flatMap((entry, index) =>
    readEntry(entry, hasList ? `${isArray ? '' : 'indicators'}[${index}]` : '', eventAt),
  );
  return toRequest(isArray ? 'bare' : 'plain', head.data, object, read);
}

/** Reads text without JSON: one indicator a line. */
export function readBareText(lines: string): Reading<SiemRequest> {
  const read = lines
    .split(/\r?\n/)
    .map((line, index) => ({ line: line.trim(), path: `line ${index + 1}` }))
    .filter(({ line }) => line !== '')
    .flatMap(({ line, path }) => readEntry(line, path, null));
  return toRequest('bare', {}, {}, read);
}

function toRequest(
  format: SiemRequest['format'],
  head: z.infer<typeof headSchema>,
  object: unknown,
  read: readonly (SiemIndicator | LeftOut)[],
): Reading<SiemRequest> {
  const indicators = read.filter((each): each is SiemIndicator => 'kind' in each);
  if (indicators.length === 0) {
    return unreadable(
      'message.noIndicator',
      'The message names no IP address, file hash, alert id, device id or host name.',
    );
  }
  if (indicators.length > MAX_INDICATORS) {
    return unreadable(
      'message.tooManyIndicators',
      `The message names more than ${MAX_INDICATORS} indicators. Split it.`,
    );
  }
  return {
    ok: true,
    value: {
      format,
      source: head.source ?? null,
      eventId: head.id ?? null,
      revision: head.revision ?? null,
      priority: head.priority ?? 'normal',
      notAfter: head.notAfter ?? null,
      maxAgeMs: head.maxAgeMs ?? null,
      tenantId: head.tenantId ?? null,
      ...readContext(object),
      indicators,
      leftOut: read.filter((each): each is LeftOut => 'reason' in each),
    },
  };
}

function readEntry(
  entry: string | Entry,
  path: string,
  eventAt: number | null,
): (SiemIndicator | LeftOut)[] {
  const isBare = typeof entry === 'string';
  const named = isBare ? nameBare(entry) : nameEntry(entry);
  if (named.length === 0) {
    const value = isBare ? entry : (entry.value ?? '');
    return [{ value: value.slice(0, 256), path, reason: 'message.noIndicator' }];
  }
  const observedAt = isBare ? undefined : entry.observedAt;
  return named.map(({ key, ...indicator }) => ({
    ...indicator,
    ref: isBare ? null : (entry.ref ?? null),
    path: [path, key].filter((part) => part !== '').join('.'),
    observedAt: observedAt ?? eventAt,
    observedAtFrom: observedAt !== undefined ? 'indicator' : eventAt !== null ? 'event' : null,
  }));
}

type Named = Pick<SiemIndicator, 'kind' | 'text' | 'hashAlgorithm'> & { readonly key: string };

function nameBare(text: string): Named[] {
  const kind = detectIndicatorKind(text);
  return kind ? [{ key: '', kind, text, hashAlgorithm: null }] : [];
}

/** Each of an entry's keys is an indicator of its own. */
function nameEntry(entry: Entry): Named[] {
  const byKey = KEYS.flatMap(([key, kind]) => {
    const text = entry[key];
    return text === undefined ? [] : [{ key, kind, text, hashAlgorithm: null }];
  });
  const type = (entry.type ?? '').toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const kind = TYPES.get(type);
  if (!kind || entry.value === undefined) return byKey;
  const hashAlgorithm = HASH_TYPES.has(type) ? type : null;
  return [...byKey, { key: 'value', kind, text: entry.value, hashAlgorithm }];
}

/** Names the first field that is wrong and what it should be. */
function malformed(error: z.ZodError): Reading<never> {
  const [issue] = error.issues;
  const path = (issue?.path ?? []).reduce<string>(
    (at, part) =>
      typeof part === 'number' ? `${at}[${part}]` : `${at}${at && '.'}${String(part)}`,
    '',
  );
  return unreadable(
    'message.malformed',
    `${path || 'The body'}: ${issue?.message ?? 'not readable'}`,
  );
}

function typesOf(kind: IndicatorKind, ...names: string[]): [string, IndicatorKind][] {
  return names.map((name) => [name, kind]);
}
