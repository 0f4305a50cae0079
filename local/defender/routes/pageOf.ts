import { ODataError } from '../odata/ODataError';
import type { Behaviour } from '../Behaviour';
import type { ApiCall } from './ApiCall';

export const MAX_PAGE = 10_000;

/** `$top` and `$skip` of a list. @throws {ODataError} they are not numbers, or too large */
export function pageOf({ query, behaviour }: ApiCall): {
  readonly top: number | undefined;
  readonly skip: number;
} {
  const top = readCount(query, '$top');
  const skip = readCount(query, '$skip') ?? 0;
  if (top === undefined || (top >= 1 && top <= MAX_PAGE)) return { top, skip };
  if (top > MAX_PAGE && behaviour.topTooLarge === 'cap') return { top: MAX_PAGE, skip };
  throw new ODataError(
    `The limit of '${MAX_PAGE}' for Top query has been exceeded or is zero: ${top}.`,
  );
}

export const isListed =
  ({ unlisted }: Behaviour) =>
  ({ id }: { readonly id: string }): boolean =>
    !unlisted.includes(id);

/** The rows as often as the list shows them. */
export const allRows = <Row>(rows: readonly Row[], { behaviour }: ApiCall): readonly Row[] =>
  behaviour.listRows === 'twice' ? [...rows, ...rows] : rows;

/** @throws {ODataError} an option of OData that the list does not take */
export function refuseOtherOptions({ query }: ApiCall, isTaken: (option: string) => boolean): void {
  const refused = [...query.keys()].find((name) => name.startsWith('$') && !isTaken(name));
  if (refused !== undefined) throw new ODataError(`Query option '${refused}' is not allowed.`);
}

function readCount(query: URLSearchParams, name: '$top' | '$skip'): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^\d{1,9}$/.test(text)) {
    throw new ODataError(`Invalid value '${text}' for ${name} query option found.`);
  }
  return Number(text);
}
