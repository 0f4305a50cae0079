import { isObject, textOf, type Value } from './bicep/Value';
import type { ResourceFacts } from './bicep/Resource';
import type { Plan } from './planInfra';

/** One role assignment. */
export interface Right {
  /** Object id of who gets it. */
  readonly principal: string;
  /** Id of a built-in role, or the name of a role that the deployment makes. */
  readonly role: string;
  /** Of a role that the deployment makes, what it allows; null for a built-in one. */
  readonly permissions: Value;
  /** Id of the resource that it holds for. */
  readonly scope: string;
}

export function rightsOf({ resources }: Plan): readonly Right[] {
  const made = new Map(
    resources
      .filter(({ type }) => type === 'Microsoft.Authorization/roleDefinitions')
      .map((role) => [role.id, role]),
  );
  return resources
    .filter(({ type }) => type === 'Microsoft.Authorization/roleAssignments')
    .map((assignment) => {
      const definition = textOf(propertyOf(assignment, 'roleDefinitionId'));
      const own = made.get(definition);
      return {
        principal: textOf(propertyOf(assignment, 'principalId')),
        role: own ? textOf(propertyOf(own, 'roleName')) : (definition.split('/').at(-1) ?? ''),
        permissions: (own && propertyOf(own, 'permissions')) ?? null,
        scope: assignment.id.split('/providers/Microsoft.Authorization/')[0] ?? '',
      };
    });
}

/** The application settings of the app. */
export function settingsOf({ resources }: Plan): readonly (readonly [string, string])[] {
  const found = resources.find(
    ({ type, name }) => type === 'Microsoft.Web/sites/config' && name === 'appsettings',
  );
  const settings = found?.body['properties'] ?? null;
  if (!isObject(settings)) return [];
  return Object.entries(settings).map(([name, value]) => [name, textOf(value)]);
}

function propertyOf({ body }: ResourceFacts, name: string): Value | undefined {
  const properties = body['properties'] ?? null;
  return isObject(properties) ? properties[name] : undefined;
}
