import { dirname, join } from 'node:path';
import type { Node, Parser } from 'web-tree-sitter';
import { BicepFile, type Declaration, type ReadText } from './BicepFile';
import { SUBSCRIPTION_ID, suffixesOf } from './builtIns';
import { checkParameter } from './checkParameter';
import { condition, evaluate, forEach, propertyNodes, type Scope } from './evaluate';
import { Module, Resource } from './Resource';
import { BicepError, isObject, textOf, type Value, type ValueObject } from './Value';

export interface DeploymentOptions {
  readonly parser: Parser;
  readonly readText: ReadText;
  /** As Azure names it: AzureCloud, AzureUSGovernment. */
  readonly cloud: string;
}

/** One file, deployed with its parameters; modules are deployments below it. */
export class Deployment {
  private readonly file: BicepFile;
  private readonly symbols = new Map<string, Value>();
  private readonly modules: Deployment[] = [];
  private readonly own: Resource[] = [];
  private readonly scope: Scope;

  /** @throws BicepError naming the place of what cannot be deployed, or read. */
  constructor(
    private readonly options: DeploymentOptions,
    path: string,
    private readonly given: ValueObject,
    scopeId = SUBSCRIPTION_ID,
  ) {
    this.file = new BicepFile(options.parser, path, options.readText(path));
    this.scope = {
      scopeId,
      cloud: options.cloud,
      loadText: (file) => options.readText(join(dirname(path), file)),
      lookUp: (name) => this.lookUp(name),
    };
    const names = this.file.of('parameter').map(({ name }) => name);
    const extra = Object.keys(given).filter((name) => !names.includes(name));
    if (extra.length > 0)
      throw new BicepError(`${path}: there is no parameter ${extra.join(', ')}`);
    for (const { name, kind } of this.file.declarations) {
      if (!['output', 'type', 'import'].includes(kind)) this.lookUp(name);
    }
  }

  /** Those that the file and its modules make, in the order of the files. */
  resources(): readonly Resource[] {
    return [...this.own, ...this.modules.flatMap((module) => module.resources())];
  }

  outputs(): ValueObject {
    return Object.fromEntries(
      this.file
        .of('output')
        .map((output) => [
          output.name,
          this.at(output.node, () => evaluate(lastChild(output.node), this.scope)),
        ]),
    );
  }

  private lookUp(name: string): Value {
    const seen = this.symbols.get(name);
    if (seen !== undefined) return seen;
    const declaration = this.file.declarations.find(
      ({ name: own, kind }) => own === name && kind !== 'output' && kind !== 'type',
    );
    if (!declaration) throw new BicepError(`there is no ${name}`);
    const value = this.at(declaration.node, () => this.valueOf(declaration));
    this.symbols.set(name, value);
    return value;
  }

  private valueOf(declaration: BicepFile['declarations'][number]): Value {
    switch (declaration.kind) {
      case 'parameter':
        return this.parameter(declaration);
      case 'variable':
        return evaluate(lastChild(declaration.node), this.scope);
      case 'resource':
        return this.deployed(declaration, (body, scope) => this.resource(declaration, body, scope));
      case 'module':
        return this.deployed(declaration, (body, scope) => this.module(declaration, body, scope));
      default:
        throw new BicepError(`${declaration.name} has no value`);
    }
  }

  private parameter({ name, node, decorators }: Declaration): Value {
    const [, type, standard] = node.namedChildren;
    const given = this.given[name];
    if (!type) throw new BicepError(`${name} has no type`);
    const isOptional = type.namedChildren[0]?.type === 'nullable_type';
    if (given === undefined && !standard && !isOptional)
      throw new BicepError(`parameter ${name} is missing`);
    const value = given ?? (standard ? evaluate(standard, this.scope) : null);
    checkParameter({
      name,
      type: type.text,
      decorators,
      value,
      scope: this.scope,
      membersOf: (custom) => this.membersOf(custom),
    });
    return value;
  }

  /** Names of the members of a type that this file imports. */
  private membersOf(type: string): readonly string[] {
    const source = this.file
      .of('import')
      .find(({ node }) => node.namedChildren.some(({ text }) => text === type));
    const from = source ? evaluate(lastChild(source.node), this.scope) : null;
    if (typeof from !== 'string') throw new BicepError(`there is no type ${type}`);
    const path = join(dirname(this.file.path), from);
    const file = new BicepFile(this.options.parser, path, this.options.readText(path));
    const found = file.of('type').find(({ name }) => name === type);
    if (!found) throw new BicepError(`${path}: there is no type ${type}`);
    return [...propertyNodes(lastChild(found.node), this.scope).keys()];
  }

  /** One, a list of them for a loop, or null where the condition does not hold. */
  private deployed({ node }: Declaration, make: (body: Node, scope: Scope) => Value): Value {
    const one = (body: Node, scope: Scope): Value => {
      if (body.type !== 'if_statement') return make(body, scope);
      const [when, then] = body.namedChildren;
      if (!when || !then) throw new BicepError(`not supported: ${body.text}`);
      return condition(when, scope) ? make(then, scope) : null;
    };
    const body = lastChild(node);
    return body.type === 'for_statement'
      ? forEach(body, this.scope).map((round) => one(round.body, round.scope))
      : one(body, this.scope);
  }

  private resource({ node, name: symbol }: Declaration, body: Node, scope: Scope): Resource {
    const [type = '', apiVersion = ''] = textOf(evaluate(child(node, 1), scope)).split('@');
    const nodes = propertyNodes(body, scope);
    const value = (name: string) => {
      const found = nodes.get(name);
      return found ? evaluate(found, scope) : undefined;
    };
    const name = value('name');
    if (typeof name !== 'string') throw new BicepError(`resource ${symbol} needs a name`);
    const parent = value('parent');
    const target = value('scope');
    const own = Object.fromEntries(
      [...nodes.keys()]
        .filter((key) => !['parent', 'scope', 'dependsOn'].includes(key))
        .map((key) => [key, value(key) ?? null]),
    );
    const isExisting = node.children.some((part) => part.text === 'existing');
    const resource = new Resource({
      type,
      apiVersion,
      name,
      isExisting,
      id: idOf({ type, name, parent, target, scopeId: scope.scopeId }),
      parent: parent instanceof Resource ? parent.facts.type : null,
      body: own,
      place: this.file.placeOf(node),
      storageSuffix: suffixesOf(scope.cloud).storage,
    });
    if (!isExisting) this.own.push(resource);
    return resource;
  }

  private module({ node, name: symbol }: Declaration, body: Node, scope: Scope): Module {
    const path = join(dirname(this.file.path), textOf(evaluate(child(node, 1), scope)));
    const nodes = propertyNodes(body, scope);
    const [params, where] = [nodes.get('params'), nodes.get('scope')];
    const group = where ? evaluate(where, scope) : null;
    const given = params ? evaluate(params, scope) : {};
    if (!isObject(given)) throw new BicepError(`module ${symbol}: params must be an object`);
    const scopeId = group instanceof Resource ? group.facts.id : scope.scopeId;
    const deployment = new Deployment(this.options, path, given, scopeId);
    this.modules.push(deployment);
    return new Module(() => deployment.outputs());
  }

  /** Errors name the place once, that of the innermost declaration. */
  private at<T>(node: Node, work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof BicepError) || /^\S+\.bicep:/.test(error.message)) throw error;
      throw new BicepError(`${this.file.placeOf(node)}: ${error.message}`);
    }
  }
}

function idOf(at: {
  readonly type: string;
  readonly name: string;
  readonly parent: Value | undefined;
  readonly target: Value | undefined;
  readonly scopeId: string;
}): string {
  const { type, name, parent, target, scopeId } = at;
  if (parent instanceof Resource)
    return `${parent.facts.id}/${type.split('/').at(-1) ?? ''}/${name}`;
  if (type === 'Microsoft.Resources/resourceGroups') return `${scopeId}/resourceGroups/${name}`;
  if (parent !== undefined) throw new BicepError('parent must be a resource');
  const below = target instanceof Resource ? target.facts.id : scopeId;
  return `${below}/providers/${type}/${name}`;
}

function child(node: Node, index: number): Node {
  const found = node.namedChildren[index];
  if (!found) throw new BicepError(`not supported: ${node.text}`);
  return found;
}

function lastChild(node: Node): Node {
  return child(node, node.namedChildren.length - 1);
}
