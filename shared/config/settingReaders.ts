import { z } from 'zod';

/** Reads a setting's text, trimmed; null = unreadable. `expected` completes "<setting> …" and must not quote the value. */
export function setting<T>(expected: string, read: (text: string) => T | null) {
  return z.string({ error: 'is missing' }).transform((raw, context) => {
    const text = raw.trim();
    const isUnresolved = text.startsWith('@Microsoft.KeyVault(');
    const value = isUnresolved ? null : read(text);
    if (value !== null) return value;
    const message = isUnresolved
      ? 'is a Key Vault reference that the platform could not resolve'
      : expected;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}

/** The setting may be absent or empty: null. */
export function orNone<T extends z.ZodType>(schema: T) {
  const isEmpty = (value: unknown) => typeof value === 'string' && value.trim() === '';
  return z.preprocess(
    (value) => (isEmpty(value) ? undefined : value),
    schema.optional().transform((value) => value ?? null),
  );
}

export function matching(expected: string, pattern: RegExp, maxLength: number) {
  return setting(expected, (text) =>
    text.length <= maxLength && pattern.test(text) ? text : null,
  );
}

export function wholeNumber(min: number, max: number) {
  return setting(`must be a whole number from ${min} to ${max}`, (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    return value >= min && value <= max ? value : null;
  });
}

export function flag() {
  const values = new Map([
    ['true', true],
    ['false', false],
  ]);
  return setting('must be true or false', (text) => values.get(text.toLowerCase()) ?? null);
}

export function oneOf<const T extends string>(...values: readonly T[]) {
  return setting(
    `must be one of ${values.join(', ')}`,
    (text) => values.find((value) => value === text) ?? null,
  );
}

/** Comma-separated, each at most once; `none` is the empty list. */
export function listOf<T>(expected: string, readItem: (text: string) => T | null) {
  return setting(expected, (text) => {
    if (text.toLowerCase() === 'none') return [];
    const items = text.split(',').map((item) => readItem(item.trim()));
    if (new Set(items).size !== items.length) return null;
    return items.every((item) => item !== null) ? items : null;
  });
}

export function readGuid(text: string): string | null {
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : null;
}

/** An http(s) URL without credentials, query and fragment, written without a slash at the end. */
export function readBaseUrl(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) return null;
  if (url.username !== '' || url.password !== '' || /[?#\\\s]/.test(text)) return null;
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}
