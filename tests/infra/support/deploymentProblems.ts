import type { Plan } from '../../../cli/infra/planInfra';
import { rightsOf } from '../../../cli/infra/rights';
import type { ResourceFacts } from '../../../cli/infra/bicep/Resource';
import { isObject, type Value } from '../../../cli/infra/bicep/Value';

/** What a resource is given at a path such as `properties.disableLocalAuth`. */
export function given({ body }: Pick<ResourceFacts, 'body'>, path: string): Value | undefined {
  return path
    .split('.')
    .reduce<Value | undefined>(
      (value, name) => (value !== undefined && isObject(value) ? value[name] : undefined),
      body,
    );
}

/** What must hold for every resource of a type, so that no key, password or plain HTTP opens it. */
const SHUT: Readonly<Record<string, Readonly<Record<string, Value>>>> = {
  'Microsoft.Storage/storageAccounts': {
    'properties.allowSharedKeyAccess': false,
    'properties.allowBlobPublicAccess': false,
    'properties.isLocalUserEnabled': false,
    'properties.supportsHttpsTrafficOnly': true,
    'properties.minimumTlsVersion': 'TLS1_2',
  },
  'Microsoft.Storage/storageAccounts/blobServices/containers': {
    'properties.publicAccess': 'None',
  },
  'Microsoft.ServiceBus/namespaces': {
    'properties.disableLocalAuth': true,
    'properties.minimumTlsVersion': '1.2',
  },
  'Microsoft.Insights/components': { 'properties.DisableLocalAuth': true },
  'Microsoft.OperationalInsights/workspaces': { 'properties.features.disableLocalAuth': true },
  'Microsoft.Web/sites': {
    'properties.httpsOnly': true,
    'properties.siteConfig.minTlsVersion': '1.2',
    'properties.siteConfig.scmMinTlsVersion': '1.2',
    'properties.siteConfig.remoteDebuggingEnabled': false,
    'properties.functionAppConfig.deployment.storage.authentication.type': 'UserAssignedIdentity',
  },
  'Microsoft.Web/sites/basicPublishingCredentialsPolicies': { 'properties.allow': false },
};

export function openDoors({ resources }: Plan): string[] {
  return Object.entries(SHUT).flatMap(([type, rules]) => {
    const own = resources.filter((resource) => resource.type === type);
    if (own.length === 0) return [`no ${type}`];
    return own.flatMap((resource) =>
      Object.entries(rules)
        .filter(([path, value]) => given(resource, path) !== value)
        .map(([path]) => `${resource.name}: ${path}`),
    );
  });
}

/** One line for each right: who, which role, on what; tokens in names are left out. */
export function rightLines(plan: Plan): string[] {
  return rightsOf(plan).map(({ principal, role, permissions, scope }) => {
    const what = permissions === null ? role : `custom ${JSON.stringify(permissions)}`;
    const where = scope.split('/providers/').at(-1) ?? '';
    return `${principal} | ${what} | ${where}`.replaceAll(/-?[0-9a-f]{13}(?=[./]|$)/g, '');
  });
}
