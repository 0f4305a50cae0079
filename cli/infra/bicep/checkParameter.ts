import type { Node } from 'web-tree-sitter';
import { evaluate, type Scope } from './evaluate';
import { BicepError, isList, isObject, type Value } from './Value';

interface GivenParameter {
  readonly name: string;
  readonly type: string;
  readonly decorators: ReadonlyMap<string, Node>;
  readonly value: Value;
  readonly scope: Scope;
  /** Names of the members of a type declared in the file. @throws BicepError for an unknown type. */
  readonly membersOf: (type: string) => readonly string[];
}

const PRIMITIVES: Readonly<Record<string, (value: Value) => boolean>> = {
  string: (value) => typeof value === 'string',
  int: (value) => Number.isInteger(value),
  bool: (value) => typeof value === 'boolean',
  array: isList,
  object: isObject,
  'string[]': (value) => isList(value) && value.every((item) => typeof item === 'string'),
};

/** @throws BicepError when the value is not of the type, or not among those that its decorators allow. */
export function checkParameter(parameter: GivenParameter): void {
  const { name, type, value } = parameter;
  if (value === null && type.endsWith('?')) return;
  const plain = type.replace(/\?$/, '');
  const isOfType = PRIMITIVES[plain];
  if (isOfType) {
    if (!isOfType(value)) throw new BicepError(`parameter ${name} must be ${plain}`);
  } else {
    checkMembers(parameter);
  }
  const allowed = argumentOf(parameter, 'allowed');
  if (allowed !== null && isList(allowed) && !allowed.includes(value))
    throw new BicepError(`parameter ${name} must be one of ${JSON.stringify(allowed)}`);
  if (typeof value === 'number') checkLimits(parameter, value, ['minValue', 'maxValue']);
  if (typeof value === 'string') checkLimits(parameter, value.length, ['minLength', 'maxLength']);
}

function checkLimits(
  parameter: GivenParameter,
  measured: number,
  [least, most]: readonly [string, string],
): void {
  const min = argumentOf(parameter, least);
  const max = argumentOf(parameter, most);
  const isBeyond =
    (typeof min === 'number' && measured < min) || (typeof max === 'number' && measured > max);
  if (isBeyond) throw new BicepError(`parameter ${parameter.name} is beyond its limits`);
}

function checkMembers({ name, type, value, membersOf }: GivenParameter): void {
  if (!isObject(value)) throw new BicepError(`parameter ${name} must be an object`);
  const members = membersOf(type);
  for (const [member, given] of Object.entries(value)) {
    if (!members.includes(member)) throw new BicepError(`parameter ${name} has no ${member}`);
    if (typeof given !== 'string')
      throw new BicepError(`parameter ${name}: ${member} must be a string`);
  }
}

function argumentOf({ decorators, scope }: GivenParameter, decorator: string): Value {
  const node = decorators.get(decorator)?.childForFieldName('arguments')?.namedChildren[0];
  return node ? evaluate(node, scope) : null;
}
