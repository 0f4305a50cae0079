import { API_ENDPOINT_NAMES, API_ENDPOINTS, type ApiEndpoint } from './apiEndpoints';

/** What can be asked for, throttled, logged and made to fail. */
export const ENDPOINTS = [...API_ENDPOINT_NAMES, 'token', 'managedIdentity'] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

/** `argument`: the decoded path segment, for findByIp the whole function call, '' if there is none. */
export interface ApiRoute {
  readonly endpoint: ApiEndpoint;
  readonly argument: string;
}

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
  [collection = '', , ...relations]: readonly string[],
): ApiRoute | undefined {
  if (argument === '') return undefined;
  const item = argument === undefined ? [] : ['{}'];
  const path = [collection, ...item, ...relations].join('/');
  const isFunction = path === 'machines/{}' && /^findbyip\(/i.test(argument ?? '');
  const pattern = isFunction ? 'machines/findbyip()' : path;
  const endpoint = API_ENDPOINT_NAMES.find((name) => API_ENDPOINTS[name].path === pattern);
  return endpoint && { endpoint, argument: argument ?? '' };
}
