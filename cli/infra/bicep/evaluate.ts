import type { Node } from 'web-tree-sitter';
import { BUILT_INS, known, type CallPlace } from './builtIns';
import { BicepError, Deployed, isList, isObject, textOf, type Value } from './Value';

export interface Scope extends CallPlace {
  /** @throws BicepError for an unknown symbol. */
  readonly lookUp: (name: string) => Value;
}

/** The value of an expression. @throws BicepError for what is not supported or cannot be known. */
export function evaluate(node: Node, scope: Scope): Value {
  switch (node.type) {
    case 'string':
      return readString(node, scope);
    case 'number':
      return Number(node.text);
    case 'boolean':
      return node.text === 'true';
    case 'null':
      return null;
    case 'identifier':
      return scope.lookUp(node.text);
    case 'parenthesized_expression':
      return evaluate(onlyChild(node), scope);
    case 'array':
      return values(node).map((item) => evaluate(item, scope));
    case 'object':
      return readObject(node, scope);
    case 'for_statement':
      return forEach(node, scope).map(({ body, scope: inner }) => evaluate(body, inner));
    case 'member_expression':
      return readMember(node, scope);
    case 'subscript_expression':
      return readElement(node, scope);
    case 'unary_expression':
      return !condition(field(node, 'argument'), scope);
    case 'ternary_expression': {
      const branch = condition(field(node, 'condition'), scope) ? 'consequence' : 'alternative';
      return evaluate(field(node, branch), scope);
    }
    case 'binary_expression':
      return readBinary(node, scope);
    case 'call_expression':
      return call(node, scope);
    default:
      throw new BicepError(`${node.type} is not supported: ${node.text}`);
  }
}

/** The members of an object literal, not evaluated yet. */
export function propertyNodes(node: Node, scope: Scope): ReadonlyMap<string, Node> {
  return new Map(
    values(node).map((property) => {
      const [key, value] = values(property);
      if (!key || !value) throw new BicepError(`not supported: ${property.text}`);
      const name = key.type === 'identifier' ? key.text : textOf(evaluate(key, scope));
      return [name, value];
    }),
  );
}

export interface Iteration {
  readonly body: Node;
  readonly scope: Scope;
}

/** The rounds of a loop, each with its variables. */
export function forEach(node: Node, scope: Scope): readonly Iteration[] {
  const body = field(node, 'body');
  const heads = values(node).filter(({ id }) => id !== body.id);
  const [variable, list] = heads;
  if (!variable || !list) throw new BicepError(`not supported: ${node.text}`);
  const [itemName, indexName] =
    variable.type === 'for_loop_parameters'
      ? values(variable).map(({ text }) => text)
      : [variable.text];
  const items = evaluate(list, scope);
  if (!isList(items)) throw new BicepError(`a list is needed: ${list.text}`);
  return items.map((item, index) => ({
    body,
    scope: {
      ...scope,
      lookUp: (name) => {
        if (name === itemName) return item;
        return name === indexName ? index : scope.lookUp(name);
      },
    },
  }));
}

export function condition(node: Node, scope: Scope): boolean {
  const value = known(evaluate(node, scope));
  if (typeof value !== 'boolean') throw new BicepError(`true or false is needed: ${node.text}`);
  return value;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\n': '\n', '\\r': '\r', '\\t': '\t' };

function readString(node: Node, scope: Scope): string {
  if (node.text.startsWith("'''")) return node.text.slice(3, -3).replace(/^\r?\n/, '');
  return node.namedChildren
    .map((part) => {
      if (part.type === 'string_content') return part.text;
      if (part.type === 'escape_sequence') return ESCAPES[part.text] ?? part.text.slice(1);
      const value = evaluate(onlyChild(part), scope);
      if (typeof value === 'object') throw new BicepError(`a text is needed: ${part.text}`);
      return String(value);
    })
    .join('');
}

function readObject(node: Node, scope: Scope): Value {
  return Object.fromEntries(
    [...propertyNodes(node, scope)].map(([name, value]) => [name, evaluate(value, scope)]),
  );
}

function readMember(node: Node, scope: Scope): Value {
  const object = evaluate(field(node, 'object'), scope);
  const name = field(node, 'property').text;
  if (object instanceof Deployed) return object.member(name);
  const member = object !== null && isObject(object) ? object[name] : undefined;
  if (member !== undefined) return member;
  if (node.children.some(({ text }) => text === '.?' || text === '?')) return null;
  throw new BicepError(`there is no ${node.text}`);
}

function readElement(node: Node, scope: Scope): Value {
  const list = evaluate(field(node, 'object'), scope);
  const index = evaluate(field(node, 'index'), scope);
  const element = isList(list) && typeof index === 'number' ? list[index] : undefined;
  if (element === undefined) throw new BicepError(`there is no ${node.text}`);
  return element;
}

function readBinary(node: Node, scope: Scope): Value {
  const left = field(node, 'left');
  const right = field(node, 'right');
  const operator = node.children[1]?.type ?? '';
  switch (operator) {
    case '&&':
      return condition(left, scope) && condition(right, scope);
    case '||':
      return condition(left, scope) || condition(right, scope);
    case '??':
      return evaluate(left, scope) ?? evaluate(right, scope);
    case '==':
      return known(evaluate(left, scope)) === known(evaluate(right, scope));
    case '!=':
      return known(evaluate(left, scope)) !== known(evaluate(right, scope));
    case '+':
      return Number(known(evaluate(left, scope))) + Number(known(evaluate(right, scope)));
    default:
      throw new BicepError(`${operator} is not supported: ${node.text}`);
  }
}

function call(node: Node, scope: Scope): Value {
  const name = field(node, 'function').text;
  const builtIn = BUILT_INS[name];
  if (!builtIn) throw new BicepError(`${name}() is not supported`);
  const args = values(field(node, 'arguments')).map((arg) => evaluate(arg, scope));
  return builtIn(args, scope);
}

function values(node: Node): readonly Node[] {
  return node.namedChildren.filter(
    ({ type }) => !/^(?:diagnostic_)?comment$|^decorators$/.test(type),
  );
}

function onlyChild(node: Node): Node {
  const [child, ...others] = values(node);
  if (!child || others.length > 0) throw new BicepError(`not supported: ${node.text}`);
  return child;
}

function field(node: Node, name: string): Node {
  const found = node.childForFieldName(name);
  if (!found) throw new BicepError(`${name} is missing: ${node.text}`);
  return found;
}
