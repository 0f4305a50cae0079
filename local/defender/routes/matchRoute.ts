export const API_ENDPOINTS = [
  'findByIp',
  'ipAlerts',
  'machines',
  'alerts',
  'alertMachine',
  'fileMachines',
  'file',
  'machine',
] as const;
export type ApiEndpoint = (typeof API_ENDPOINTS)[number];

/** What can be asked for, throttled, logged and made to fail. */
export const ENDPOINTS = [...API_ENDPOINTS, 'token', 'managedIdentity'] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

export type ApiRoute =
  | { readonly endpoint: 'machines' | 'alerts' }
  /** `argument`: the decoded path segment; for findByIp the whole function call. */
  | { readonly endpoint: Exclude<ApiEndpoint, 'machines' | 'alerts'>; readonly argument: string };

export type Route =
  | ApiRoute
  | { readonly endpoint: 'token'; readonly tenant: string; readonly version: 'v1' | 'v2' }
  | { readonly endpoint: 'managedIdentity' };

/** As the Functions host offers it to the app. */
export const IDENTITY_PATH = '/msi/token';

/**
 * Finds the route of a request; names match in any case, and `/api/v1.0` is `/api`.
 * @param path as it came, without query; each segment is decoded once, dot segments are not resolved
 * @returns undefined for everything else
 */
export function matchRoute(method: string, path: string): Route | undefined {
  const segments = decodeSegments(path);
  if (!segments) return undefined;
  const names = segments.map((segment) => segment.toLowerCase());
  if (method === 'POST') return matchTokenRoute(segments, names);
  if (method !== 'GET') return undefined;
  if (path === IDENTITY_PATH) return { endpoint: 'managedIdentity' };
  if (names[0] !== 'api') return undefined;
  const skipped = names[1] === 'v1.0' ? 2 : 1;
  return matchApiRoute(segments.slice(skipped), names.slice(skipped));
}

function decodeSegments(path: string): readonly string[] | undefined {
  if (!path.startsWith('/')) return undefined;
  try {
    return path.slice(1).split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function matchTokenRoute(
  [tenant]: readonly string[],
  [, ...names]: readonly string[],
): Route | undefined {
  if (!tenant) return undefined;
  const rest = names.join('/');
  if (rest === 'oauth2/v2.0/token') return { endpoint: 'token', tenant, version: 'v2' };
  return rest === 'oauth2/token' ? { endpoint: 'token', tenant, version: 'v1' } : undefined;
}

function matchApiRoute(
  [, argument]: readonly string[],
  [collection, , relation, ...more]: readonly string[],
): ApiRoute | undefined {
  if (more.length > 0) return undefined;
  if (argument === undefined)
    return collection === 'machines' || collection === 'alerts'
      ? { endpoint: collection }
      : undefined;
  if (argument === '') return undefined;
  const endpoint = endpointOf(collection, relation, argument);
  return endpoint && { endpoint, argument };
}

function endpointOf(
  collection: string | undefined,
  relation: string | undefined,
  argument: string,
): Exclude<ApiEndpoint, 'machines' | 'alerts'> | undefined {
  switch (relation === undefined ? collection : `${collection ?? ''}/${relation}`) {
    case 'machines':
      return /^findbyip\(/i.test(argument) ? 'findByIp' : 'machine';
    case 'ips/alerts':
      return 'ipAlerts';
    case 'alerts/machine':
      return 'alertMachine';
    case 'files':
      return 'file';
    case 'files/machines':
      return 'fileMachines';
    default:
      return undefined;
  }
}
