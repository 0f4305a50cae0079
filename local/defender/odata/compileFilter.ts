import type { Comparison, FilterExpression, Literal, Operand } from './parseFilter';

/** Whether the service distinguishes 'onboarded' from 'Onboarded' is unknown; names and enums have been used in any case. */
export type StringCase = 'insensitive' | 'sensitive' | 'loose';

const FOLDS: Readonly<Record<StringCase, (text: string) => string>> = {
  insensitive: (text) => text.toLowerCase(),
  sensitive: (text) => text,
  loose: (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trimEnd(),
};

/** Compiles a filter to a test of entities. Null is equal to null only, and neither greater nor less than anything. */
export function compileFilter(
  expression: FilterExpression,
  stringCase: StringCase,
): (entity: object) => boolean {
  return (entity) => holds(expression, { entity: { ...entity }, fold: FOLDS[stringCase] });
}

interface Scope {
  readonly entity: Readonly<Record<string, unknown>>;
  readonly fold: (text: string) => string;
  /** Inside `any()`: the element at hand. */
  readonly element?: string;
}

function holds(expression: FilterExpression, scope: Scope): boolean {
  switch (expression.kind) {
    case 'and':
      return holds(expression.left, scope) && holds(expression.right, scope);
    case 'or':
      return holds(expression.left, scope) || holds(expression.right, scope);
    case 'not':
      return !holds(expression.inner, scope);
    case 'compare':
      return compare(
        valueOf(expression.operand, scope),
        expression.comparison,
        foldLiteral(expression.literal, scope),
      );
    case 'in': {
      const value = valueOf(expression.operand, scope);
      return expression.literals.some((literal) => value === foldLiteral(literal, scope));
    }
    case 'startswith': {
      const value = valueOf(expression.operand, scope);
      return typeof value === 'string' && value.startsWith(scope.fold(expression.prefix));
    }
    case 'any': {
      const { name, body } = expression;
      const elements = scope.entity[name] as readonly string[]; // by its type
      return elements.some((element) => body === undefined || holds(body, { ...scope, element }));
    }
  }
}

function valueOf(operand: Operand, scope: Scope): Literal {
  const value = operand.kind === 'element' ? (scope.element ?? null) : scope.entity[operand.name];
  if (typeof value !== 'string') return typeof value === 'number' ? value : null;
  return operand.type === 'date' ? Date.parse(value) : scope.fold(value);
}

const foldLiteral = (literal: Literal, { fold }: Scope): Literal =>
  typeof literal === 'string' ? fold(literal) : literal;

function compare(value: Literal, comparison: Comparison, literal: Literal): boolean {
  if (comparison === 'eq') return value === literal;
  if (comparison === 'ne') return value !== literal;
  if (value === null || literal === null) return false;
  switch (comparison) {
    case 'gt':
      return value > literal;
    case 'ge':
      return value >= literal;
    case 'lt':
      return value < literal;
    case 'le':
      return value <= literal;
  }
}
