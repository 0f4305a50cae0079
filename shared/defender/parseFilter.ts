import { FilterTokens, type FilterProblem } from './FilterTokens';
import { FILTERABLE, type ComparisonOperator, type ODataFilter } from './odata';

export type ParsedFilter =
  | { readonly ok: true; readonly filter: ODataFilter }
  | { readonly ok: false; readonly problem: FilterProblem };

type Property = keyof typeof FILTERABLE;
type PropertyType = (typeof FILTERABLE)[Property];

const EQUALITY = ['eq', 'ne'] as const;
const ORDER = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
/** Texts have no order worth asking for: `High` lies before `Low`. */
const OPERATORS: Readonly<Record<Exclude<PropertyType, 'strings'>, readonly ComparisonOperator[]>> =
  { string: EQUALITY, guid: EQUALITY, instant: ORDER, integer: ORDER };

const MAX_LENGTH = 4_000;
const MAX_DEPTH = 16;

/**
 * Reads the subset of OData's `$filter` that Defender documents for machines: comparisons, `startswith`, `in`,
 * `machineTags/any(tag: tag eq 'x')`, `and`, `or` and parentheses. Properties may be written in any letter case.
 */
export function parseFilter(text: string): ParsedFilter {
  const tokens = new FilterTokens(text.slice(0, MAX_LENGTH + 1));
  try {
    if (text.length > MAX_LENGTH) tokens.fail(`at most ${MAX_LENGTH} characters`, MAX_LENGTH);
    const filter = readOr(tokens, 0);
    if (!tokens.isAtEnd()) tokens.fail("'and', 'or' or the end");
    return { ok: true, filter };
  } catch (error) {
    const problem = FilterTokens.problemOf(error);
    if (problem) return { ok: false, problem };
    throw error;
  }
}

function readOr(tokens: FilterTokens, depth: number): ODataFilter {
  return readChain(tokens, 'or', () => readChain(tokens, 'and', () => readOperand(tokens, depth)));
}

function readChain(tokens: FilterTokens, op: 'and' | 'or', next: () => ODataFilter): ODataFilter {
  const first = next();
  const others: ODataFilter[] = [];
  while (tokens.takeIf(op)) others.push(next());
  return others.length === 0 ? first : { op, operands: [first, ...others] };
}

function readOperand(tokens: FilterTokens, depth: number): ODataFilter {
  if (tokens.takeIf('(')) {
    if (depth === MAX_DEPTH) tokens.fail(`at most ${MAX_DEPTH} nested parentheses`);
    const inner = readOr(tokens, depth + 1);
    tokens.take(')');
    return inner;
  }
  return tokens.takeIf('startswith') ? readStartsWith(tokens) : readCondition(tokens);
}

function readStartsWith(tokens: FilterTokens): ODataFilter {
  tokens.take('(');
  const property = readProperty(tokens, isTextProperty, 'a text property');
  tokens.take(',');
  const value = tokens.takeText();
  tokens.take(')');
  return { op: 'startswith', property, value };
}

function readCondition(tokens: FilterTokens): ODataFilter {
  const property = readProperty(tokens, isProperty, "'(', 'startswith' or a property");
  if (FILTERABLE[property] === 'strings') return readAny(tokens, property as 'machineTags'); // the only one of its type
  if (hasLists(property) && tokens.takeIf('in'))
    return { op: 'in', property, values: readValues(tokens, property) };
  const op = tokens.takeOneOf(OPERATORS[FILTERABLE[property]]);
  switch (FILTERABLE[property]) {
    case 'instant':
      return { op, property: property as 'lastSeen', value: tokens.takeInstant() }; // the only one of its type
    case 'integer':
      return { op, property: property as 'rbacGroupId', value: tokens.takeInteger() }; // the only one of its type
    case 'guid':
      return { op, property: property as 'aadDeviceId', value: tokens.takeGuid() }; // the only one of its type
    case 'string':
      return { op, property: property as 'id', value: tokens.takeText() }; // any text property
  }
}

/** Defender's clients send lists of texts and of ids alone. */
const hasLists = (property: Property): property is 'id' | 'aadDeviceId' =>
  ['string', 'guid'].includes(FILTERABLE[property]);

function readValues(tokens: FilterTokens, property: Property): readonly [string, ...string[]] {
  const next = (): string =>
    FILTERABLE[property] === 'guid' ? tokens.takeGuid() : tokens.takeText();
  tokens.take('(');
  const first = next();
  const others: string[] = [];
  while (tokens.takeIf(',')) others.push(next());
  tokens.take(')');
  return [first, ...others];
}

/** `/any(tag: tag eq 'x')`, whatever the variable is called. */
function readAny(tokens: FilterTokens, property: 'machineTags'): ODataFilter {
  tokens.take('/');
  tokens.take('any');
  tokens.take('(');
  const variable = tokens.takeName('a variable');
  tokens.take(':');
  tokens.take(variable);
  tokens.take('eq');
  const value = tokens.takeText();
  tokens.take(')');
  return { op: 'any', property, value };
}

function readProperty<P extends Property>(
  tokens: FilterTokens,
  isWanted: (name: string) => name is P,
  wanted: string,
): P {
  const names = Object.keys(FILTERABLE).filter(isWanted);
  const expected = `${wanted} (${names.join(', ')})`;
  const written = tokens.peekName()?.toLowerCase();
  const name = names.find((known) => known.toLowerCase() === written);
  if (name === undefined) return tokens.fail(expected);
  tokens.takeName(expected);
  return name;
}

const isProperty = (name: string): name is Property => Object.hasOwn(FILTERABLE, name);

const isTextProperty = (name: string): name is 'id' =>
  isProperty(name) && FILTERABLE[name] === 'string';
