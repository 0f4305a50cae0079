import type { Behaviour } from '../Behaviour';
import { isDefenderResource } from '../entra/resources';
import type { Claims, TokenIssuer } from '../entra/TokenIssuer';
import { type Answer, errorAnswer } from '../http/Answer';
import { API_ENDPOINTS, type ApiEndpoint } from './apiEndpoints';

const TENANT_PROBLEMS = {
  accountInactive: 'Account mode is inactive',
  noTvmLicense: 'No Tvm license',
} as const;

/** `claims` are there as soon as the token is valid, also if the call is refused after all. */
export interface Authorization {
  readonly claims: Claims | undefined;
  readonly refusal: Answer | undefined;
}

/** The first checks of every API call, in the live order: token, audience, tenant, roles. */
export function authorize(
  authorizationHeader: string | undefined,
  endpoint: ApiEndpoint,
  { issuer, behaviour }: { readonly issuer: TokenIssuer; readonly behaviour: Behaviour },
): Authorization {
  const token = /^Bearer (\S+)$/i.exec(authorizationHeader ?? '')?.[1];
  if (token === undefined) return { claims: undefined, refusal: unauthorized('Missing token') };
  const check = issuer.check(token);
  if (check.outcome === 'invalid') {
    return { claims: undefined, refusal: unauthorized(check.reason) };
  }
  return { claims: check.claims, refusal: refuse(check.claims, endpoint, behaviour) };
}

function refuse(claims: Claims, endpoint: ApiEndpoint, behaviour: Behaviour): Answer | undefined {
  if (!isDefenderResource(claims.aud)) {
    return errorAnswer(403, 'Forbidden', `Invalid token audience: ${claims.aud}`);
  }
  if (behaviour.tenant !== 'active') return unauthorized(TENANT_PROBLEMS[behaviour.tenant]);
  const required: readonly string[] = API_ENDPOINTS[endpoint].roles;
  if (required.some((role) => claims.roles.includes(role))) return undefined;
  return errorAnswer(403, 'Forbidden', missingRoles(required, claims.roles, behaviour));
}

/** The prefix is live; the reasons for a missing or bad token are not known. */
const unauthorized = (reason: string): Answer =>
  errorAnswer(401, 'Unauthorized', `Unauthorized request - reason of failure: ${reason}`);

const missingRoles = (
  required: readonly string[],
  held: readonly string[],
  { missingRolesText }: Behaviour,
): string =>
  missingRolesText === 'current'
    ? `Missing application roles. API required roles: ${required.join(',')}, application roles: ${held.join(',')}.`
    : `The application does not have any of the required application permissions (${required.join(', ')}) to access the resource.`;
