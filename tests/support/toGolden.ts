const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/g, '<comment id>'],
  [/\b([rlesqp])_[0-9a-f]{40}\b/g, '<$1 id>'],
  [/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>'],
  [/\b\d{13}(?=\.[01]\.json\b)/g, '<ms>'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '<time>'],
];
/** Differ from run to run: who was first, how long it took, how much of a long answer fitted. */
const VARYING = new Set([
  'ageMs',
  'waitedMs',
  'fromCache',
  'included',
  'deliveryCount',
  'messageId',
  'correlationId',
  'sha256',
]);
const SHARED_CALLS = new Set(['machines', 'machines/{id}', 'alerts', 'alerts/{id}/machine']);
/** Shown in full, however long. */
const WHOLE = new Set(['markdown', 'html']);
const LONGEST_LIST = 5;
const LONGEST_TEXT = 300;

/** A record as golden files hold it: ids, times and what else varies replaced, long lists and texts cut. */
export function toGolden(value: unknown): unknown {
  if (typeof value === 'string') return normalise(value);
  if (Array.isArray(value)) {
    const shown = value.slice(0, value.length > LONGEST_LIST ? 2 : LONGEST_LIST).map(toGolden);
    // Of a truncated answer, how many more varies with the length of its times.
    return value.length > LONGEST_LIST ? [...shown, '<more>'] : shown;
  }
  if (typeof value !== 'object' || value === null) return value;
  if ('fromCache' in value && 'endpoint' in value) return goldenCall(value);
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, goldenField(key, child)]),
  );
}

/** Whether a question shared a call depends on what was asked at the same time. */
function goldenCall({ endpoint, ...call }: { readonly endpoint: unknown }): object {
  const mayBeShared = typeof endpoint === 'string' && SHARED_CALLS.has(endpoint);
  const fields = Object.entries({ ...call, batch: mayBeShared ? '<varies>' : null });
  return {
    endpoint: mayBeShared ? '<its own, or a list>' : endpoint,
    ...Object.fromEntries(fields.map(([key, child]) => [key, goldenField(key, child)])),
  };
}

function goldenField(key: string, value: unknown): unknown {
  if (typeof value === 'number' && key.endsWith('At')) return '<time>';
  if (WHOLE.has(key) && typeof value === 'string') return withoutVarying(value);
  const isVarying = VARYING.has(key) && value !== null && typeof value !== 'object';
  return isVarying ? '<varies>' : toGolden(value);
}

const withoutVarying = (text: string): string =>
  PATTERNS.reduce((result, [from, to]) => result.replaceAll(from, to), text);

function normalise(text: string): string {
  const known = withoutVarying(text);
  return known.length > LONGEST_TEXT
    ? `${known.slice(0, LONGEST_TEXT / 2)}… (${known.length} characters)`
    : known;
}
