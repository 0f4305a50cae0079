/** What a message carries beside its body, as it may be copied and stored. */
export type ApplicationProperties = Readonly<Record<string, string | number | boolean>>;

/** Of properties as a library hands them over, those that are known exactly: no lists, dates, or rounded numbers. */
export function exactProperties(
  properties: Readonly<Record<string, unknown>>,
): ApplicationProperties {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([key, value]) => (isExact(value) ? [[key, value]] : [])),
  );
}

function isExact(value: unknown): value is string | number | boolean {
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value));
  }
  return typeof value === 'string' || typeof value === 'boolean';
}
