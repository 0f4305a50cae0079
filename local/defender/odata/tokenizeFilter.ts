import { ODataError } from './ODataError';

export type FilterToken =
  | { readonly kind: 'string' | 'number' | 'date' | 'guid' | 'name'; readonly text: string }
  | { readonly kind: 'symbol'; readonly text: '(' | ')' | ',' | '/' | ':' };

const PATTERNS = [
  ['string', /'((?:[^']|'')*)'/y],
  ['guid', /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}(?![\w-])/iy],
  [
    'date',
    /\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:Z|[+-]\d\d:\d\d)|Z)?(?![\w:.-])/iy,
  ],
  ['number', /-?\d+(?![\w.-])/y],
  ['name', /[a-z_]\w*/iy],
  ['symbol', /[(),/:]/y],
] as const;

/** Splits a `$filter` into tokens. @throws {ODataError} a character that starts none */
export function tokenizeFilter(filter: string): readonly FilterToken[] {
  const tokens: FilterToken[] = [];
  const blank = /\s*/y;
  for (let at = skip(blank, filter, 0); at < filter.length; at = skip(blank, filter, at)) {
    const found = match(filter, at);
    if (!found) {
      throw new ODataError(`Syntax error at position ${at} in '${filter}'.`);
    }
    tokens.push(found.token);
    at = found.end;
  }
  return tokens;
}

function match(filter: string, at: number): { token: FilterToken; end: number } | undefined {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const matched = pattern.exec(filter);
    if (!matched) continue;
    const text = kind === 'string' ? (matched[1] ?? '').replaceAll("''", "'") : matched[0];
    return { token: { kind, text } as FilterToken, end: pattern.lastIndex }; // the pattern proves the pairing
  }
  return undefined;
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  pattern.exec(text);
  return pattern.lastIndex;
}
