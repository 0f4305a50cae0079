import type { Machine } from './DefenderAnswer';
import { FILTERABLE, type ComparisonOperator, type ODataFilter } from './odata';

type Comparable = string | number | null;

/**
 * Whether a filter lets a machine through, judged here as Defender does: texts are the same in any letter case, and what is
 * absent equals nothing and has no order.
 */
export function matchesFilter(filter: ODataFilter, machine: Machine): boolean {
  switch (filter.op) {
    case 'and':
      return filter.operands.every((operand) => matchesFilter(operand, machine));
    case 'or':
      return filter.operands.some((operand) => matchesFilter(operand, machine));
    case 'any': {
      const members = machine[filter.property];
      return (
        Array.isArray(members) && members.some((member) => folded(member) === folded(filter.value))
      );
    }
    case 'startswith': {
      const value = valueOf(filter.property, machine);
      return typeof value === 'string' && value.startsWith(filter.value.toLowerCase());
    }
    case 'in': {
      const value = valueOf(filter.property, machine);
      return filter.values.some((each) => value === each.toLowerCase());
    }
    default:
      return compares(valueOf(filter.property, machine), filter.op, folded(filter.value));
  }
}

function compares(value: Comparable, op: ComparisonOperator, wanted: Comparable): boolean {
  if (op === 'eq') return value === wanted;
  if (op === 'ne') return value !== wanted;
  if (value === null || wanted === null) return false;
  switch (op) {
    case 'gt':
      return value > wanted;
    case 'ge':
      return value >= wanted;
    case 'lt':
      return value < wanted;
    case 'le':
      return value <= wanted;
  }
}

function valueOf(property: keyof typeof FILTERABLE, machine: Machine): Comparable {
  const value = machine[property];
  if (FILTERABLE[property] !== 'instant') return folded(value);
  const at = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? null : at;
}

function folded(value: unknown): Comparable {
  if (typeof value === 'string') return value.toLowerCase();
  return typeof value === 'number' ? value : null;
}
