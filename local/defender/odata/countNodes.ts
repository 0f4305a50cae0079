import type { FilterExpression } from './parseFilter';

/** A comparison: itself, the property, the entity that has it, the literal, and a conversion of either. */
const COMPARISON_NODES = 5;
/** The list of `in` is not walked. */
const IN_NODES = 3;

/** The nodes of a filter as ASP.NET OData counts them for `MaxNodeCount`, to one or two a clause. */
export function countNodes(expression: FilterExpression): number {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return 1 + countNodes(expression.left) + countNodes(expression.right);
    case 'not':
      return 1 + countNodes(expression.inner);
    case 'any':
      return 2 + (expression.body ? countNodes(expression.body) : 0);
    case 'in':
      return IN_NODES;
    case 'compare':
    case 'startswith':
      return COMPARISON_NODES;
  }
}
