import { BicepError, Deployed, isObject, unknown, type Value, type ValueObject } from './Value';

export interface ResourceFacts {
  /** Without version, as `Microsoft.Web/sites`. */
  readonly type: string;
  readonly apiVersion: string;
  readonly id: string;
  /** The last part of the name. */
  readonly name: string;
  /** Made by another file, here only referred to. */
  readonly isExisting: boolean;
  /** Whose child it is, by `parent`. */
  readonly parent: string | null;
  /** What the declaration sets, without `parent`, `scope` and `dependsOn`. */
  readonly body: ValueObject;
  /** File and line of the declaration. */
  readonly place: string;
  readonly storageSuffix: string;
}

/** A resource that the plan makes, or refers to. */
export class Resource extends Deployed {
  constructor(readonly facts: ResourceFacts) {
    super();
  }

  member(name: string): Value {
    const { id, name: own, type, body } = this.facts;
    switch (name) {
      case 'id':
        return id;
      case 'name':
        return own;
      case 'type':
        return type;
      case 'properties':
        return new Properties(this.facts);
      default:
        return body[name] ?? unknown(`${own}.${name}`);
    }
  }
}

/** The properties as Azure returns them: those that it sets itself are unknown. */
class Properties extends Deployed {
  constructor(private readonly facts: ResourceFacts) {
    super();
  }

  member(name: string): Value {
    const { type, name: own, body, storageSuffix } = this.facts;
    if (type === 'Microsoft.Storage/storageAccounts' && name === 'primaryEndpoints') {
      const at = (service: string) => `https://${own}.${service}.${storageSuffix}/`;
      return { blob: at('blob'), table: at('table') };
    }
    const given = body['properties'];
    const set = given !== undefined && isObject(given) ? given[name] : undefined;
    return set ?? unknown(`${own}.${name}`);
  }
}

/** A module's outputs. */
export class Module extends Deployed {
  constructor(private readonly outputs: () => ValueObject) {
    super();
  }

  member(name: string): Value {
    if (name !== 'outputs') throw new BicepError(`a module has no ${name}`);
    return this.outputs();
  }
}
