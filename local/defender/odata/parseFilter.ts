import type { FilterableProperties, PropertyType } from './FilterableProperties';
import { ODataError } from './ODataError';
import { type FilterToken, tokenizeFilter } from './tokenizeFilter';

export const COMPARISONS = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** What an expression compares: a property of the entity, or inside `any()` the element at hand. */
export type Operand =
  | { readonly kind: 'property'; readonly name: string; readonly type: PropertyType }
  | { readonly kind: 'element'; readonly type: 'string' };

/** Dates are Unix ms, GUIDs and strings text. */
export type Literal = string | number | null;

export type FilterExpression =
  | {
      readonly kind: 'and' | 'or';
      readonly left: FilterExpression;
      readonly right: FilterExpression;
    }
  | { readonly kind: 'not'; readonly inner: FilterExpression }
  | {
      readonly kind: 'compare';
      readonly operand: Operand;
      readonly comparison: Comparison;
      readonly literal: Literal;
    }
  | { readonly kind: 'in'; readonly operand: Operand; readonly literals: readonly Literal[] }
  | { readonly kind: 'startswith'; readonly operand: Operand; readonly prefix: string }
  /** Over a collection; without a body: is there any? */
  | { readonly kind: 'any'; readonly name: string; readonly body: FilterExpression | undefined };

/** Keeps the recursion far from the end of the stack. */
const MAX_DEPTH = 200;

export interface FilterGrammar {
  readonly takesIn: boolean;
}

/**
 * Parses a `$filter`: `and or not`, parentheses, `eq ne gt ge lt le`, `in`, `startswith`, `any`.
 * @throws {ODataError} syntax, unknown or not filterable property, literal of the wrong type
 */
export function parseFilter(
  filter: string,
  properties: FilterableProperties,
  grammar: FilterGrammar = { takesIn: true },
): FilterExpression {
  return new FilterParser(filter, properties, grammar).parse();
}

class FilterParser {
  private readonly tokens: readonly FilterToken[];
  private next = 0;
  private depth = 0;
  private rangeVariable: string | undefined;

  constructor(
    private readonly filter: string,
    private readonly properties: FilterableProperties,
    private readonly grammar: FilterGrammar,
  ) {
    this.tokens = tokenizeFilter(filter);
  }

  parse(): FilterExpression {
    const expression = this.or();
    if (this.next < this.tokens.length) throw this.syntaxError();
    return expression;
  }

  private or(): FilterExpression {
    let left = this.and();
    while (this.accept('or')) left = { kind: 'or', left, right: this.and() };
    return left;
  }

  private and(): FilterExpression {
    let left = this.unary();
    while (this.accept('and')) left = { kind: 'and', left, right: this.unary() };
    return left;
  }

  private unary(): FilterExpression {
    if (++this.depth > MAX_DEPTH) throw new ODataError('The filter is nested too deeply.');
    const expression = this.accept('not')
      ? { kind: 'not' as const, inner: this.unary() }
      : this.primary();
    this.depth--;
    return expression;
  }

  private primary(): FilterExpression {
    if (this.accept('(')) {
      const inner = this.or();
      this.expect(')');
      return inner;
    }
    const name = this.expectName();
    if (this.accept('(')) return this.startsWith(name);
    if (this.accept('/')) return this.any(name);
    return this.compare(this.operand(name));
  }

  private startsWith(name: string): FilterExpression {
    if (name.toLowerCase() !== 'startswith') {
      throw new ODataError(`An unknown function with name '${name}' was found.`);
    }
    const operand = this.operand(this.expectName());
    this.expect(',');
    const literal = this.literalFor(operand.type);
    this.expect(')');
    if (operand.type !== 'string' || typeof literal !== 'string') {
      throw new ODataError(
        "No function signature for the function with name 'startswith' matches.",
      );
    }
    return { kind: 'startswith', operand, prefix: literal };
  }

  private any(name: string): FilterExpression {
    const operand = this.operand(name);
    if (operand.kind !== 'property' || operand.type !== 'strings' || !this.accept('any')) {
      throw this.syntaxError();
    }
    this.expect('(');
    if (this.accept(')')) return { kind: 'any', name: operand.name, body: undefined };
    this.rangeVariable = this.expectName();
    this.expect(':');
    const body = this.or();
    this.rangeVariable = undefined;
    this.expect(')');
    return { kind: 'any', name: operand.name, body };
  }

  private compare(operand: Operand): FilterExpression {
    if (operand.type === 'strings') {
      throw new ODataError('A collection can only be queried with any().');
    }
    if (this.grammar.takesIn && this.accept('in')) return this.in(operand);
    const word = this.expectName().toLowerCase();
    const comparison = COMPARISONS.find((known) => known === word);
    if (!comparison) throw this.syntaxError(1);
    return { kind: 'compare', operand, comparison, literal: this.literalFor(operand.type) };
  }

  private in(operand: Operand): FilterExpression {
    this.expect('(');
    const literals = [this.literalFor(operand.type)];
    while (this.accept(',')) literals.push(this.literalFor(operand.type));
    this.expect(')');
    return { kind: 'in', operand, literals };
  }

  private operand(name: string): Operand {
    if (name === this.rangeVariable) return { kind: 'element', type: 'string' };
    const property = this.properties.lookUp(name);
    switch (property.outcome) {
      case 'filterable':
        return { kind: 'property', name: property.name, type: property.type };
      case 'notFilterable':
        throw new ODataError(`The property '${name}' cannot be used in the $filter query option.`);
      case 'unknown':
        throw new ODataError(
          `Could not find a property named '${name}' on type 'Microsoft.WindowsDefenderATP.Api.${this.properties.entity}'.`,
        );
    }
  }

  private literalFor(type: PropertyType): Literal {
    const token = this.tokens[this.next++];
    if (token?.kind === 'name' && token.text === 'null') return null;
    const value = token && readLiteral(token, type);
    if (value === undefined) {
      const found = token ? `'${token.text}'` : 'nothing';
      throw new ODataError(`A literal of type ${type} was expected, found ${found}.`);
    }
    return value;
  }

  /** Words in any case, as .NET's OData reads them since 7.0. */
  private accept(text: string): boolean {
    const token = this.tokens[this.next];
    if (token?.kind !== 'name' && token?.kind !== 'symbol') return false;
    if (token.text.toLowerCase() !== text) return false;
    this.next++;
    return true;
  }

  private expect(text: string): void {
    if (!this.accept(text)) throw this.syntaxError();
  }

  private expectName(): string {
    const token = this.tokens[this.next];
    if (token?.kind !== 'name') throw this.syntaxError();
    this.next++;
    return token.text;
  }

  private syntaxError(tokensBack = 0): ODataError {
    const near = this.tokens[this.next - tokensBack]?.text ?? 'the end';
    return new ODataError(`Syntax error near '${near}' in '${this.filter}'.`);
  }
}

function readLiteral(token: FilterToken, type: PropertyType): Literal | undefined {
  switch (type) {
    case 'string':
      return token.kind === 'string' ? token.text : undefined;
    case 'number':
      return token.kind === 'number' ? Number(token.text) : undefined;
    case 'guid': // Production clients send it bare and quoted.
      return token.kind === 'guid' || token.kind === 'string' ? token.text : undefined;
    case 'date':
      return token.kind === 'date' ? readDate(token.text) : undefined;
    case 'strings':
      return undefined;
  }
}

/** A date without a time is its midnight; the documentation even shows `2018-08-01Z`. */
function readDate(text: string): number | undefined {
  const at = Date.parse(/T/i.test(text) ? text : `${text.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(at) ? undefined : at;
}
