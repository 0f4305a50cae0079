import { CannotStart } from './CannotStart';

/** An id as records have it. @throws {CannotStart} it has another shape */
export function readId(option: string, prefix: 'r' | 'l', id: string): string {
  if (new RegExp(`^${prefix}_[0-9a-f]{40}$`).test(id)) return id;
  throw new CannotStart(`${option} takes ${prefix}_ and 40 characters of 0-9 and a-f.`);
}
