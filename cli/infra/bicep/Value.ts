/** What a Bicep expression comes to without Azure. */
export type Value = string | number | boolean | null | readonly Value[] | ValueObject | Deployed;

export interface ValueObject {
  readonly [name: string]: Value;
}

/** A symbol that members are read of: a resource, or a module. */
export abstract class Deployed {
  /** @throws BicepError for an unknown member. */
  abstract member(name: string): Value;
}

/** Stops the plan; `message` names the place. */
export class BicepError extends Error {
  override readonly name = 'BicepError';
}

/** Placeholder for a value that only Azure knows, within texts too. */
export const unknown = (what: string): string => `⟨${what}⟩`;

export const isUnknown = (value: Value): boolean =>
  typeof value === 'string' && value.includes('⟨');

/** @throws BicepError if not a text. */
export function textOf(value: Value | undefined): string {
  if (typeof value === 'string') return value;
  throw new BicepError(`a text is needed, not ${JSON.stringify(value ?? null)}`);
}

export function isObject(value: Value): value is ValueObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Deployed)
  );
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
