/** What a message carries beside its body, as it may be copied and stored. */
export type ApplicationProperties = Readonly<Record<string, string | number | boolean>>;

const MAX_CHARACTERS = 256;

/** Properties as an app gives them; null: it has none. */
export type GivenProperties = Readonly<Record<string, string | number | boolean | null>>;

/** Properties of a message: null is left out, long text is cut. */
export function toProperties(given: GivenProperties): ApplicationProperties {
  const properties: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === null) continue;
    properties[name] = typeof value === 'string' ? value.slice(0, MAX_CHARACTERS) : value;
  }
  return properties;
}

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
