import type { DefenderConfig } from '../config/AppConfig';
import type { TokenSource } from '../identity/TokenSource';
import { readTokenClaims, readTokenState } from '../identity/TokenState';
import { TokenUnavailableError } from '../identity/TokenUnavailableError';
import { failed, ok, warning, type Check, type CheckResult } from './Check';

export interface TokenCheckDeps {
  readonly tokens: Pick<TokenSource, 'get'>;
  readonly defender: Pick<DefenderConfig, 'tenantId' | 'tokenScope' | 'auth'>;
}

/** Entra's codes (learn.microsoft.com/entra/identity-platform/reference-error-codes, 2026-10). */
const ISSUER_CODES: Readonly<Record<string, string>> = {
  AADSTS7000222: 'The client secret has expired: make a new one and set DEFENDER_CLIENT_SECRET.',
  AADSTS7000215: 'The client secret is wrong: set DEFENDER_CLIENT_SECRET to its value, not its id.',
  AADSTS700016: 'Entra does not know the application in this tenant: see DEFENDER_CLIENT_ID.',
  AADSTS500011:
    'The tenant does not know Defender by this name: see DEFENDER_CLOUD and DEFENDER_TENANT_ID.',
  AADSTS90002: 'Entra does not know the tenant: see DEFENDER_TENANT_ID and DEFENDER_CLOUD.',
};
const GENERAL =
  'See DEFENDER_AUTH, whether the identity is assigned to the app, and whether DEFENDER_CLOUD is the cloud of its tenant.';

/** Whether a token can be had, and is for Defender and the tenant. */
export function tokenCheck({ tokens, defender }: TokenCheckDeps): Check {
  return async () => {
    try {
      return examine(await tokens.get(), defender);
    } catch (error) {
      if (!(error instanceof TokenUnavailableError)) throw error;
      const code = Object.keys(ISSUER_CODES).find((each) => error.message.includes(each));
      return [failed('token', error.message, (code && ISSUER_CODES[code]) ?? GENERAL)];
    }
  };
}

function examine(token: string, defender: TokenCheckDeps['defender']): readonly CheckResult[] {
  const { audience, tenantId, expiresAt } = readTokenClaims(token);
  const { roles, issuedAt } = readTokenState(token);
  const wanted = defender.tokenScope.replace(/\/\.default$/, '');
  const found: CheckResult[] = [];
  if (audience !== null && !sameAudience(audience, wanted))
    found.push(
      failed(
        'token',
        `its audience is ${audience}, not ${wanted}`,
        'Set DEFENDER_TOKEN_SCOPE, or remove it.',
      ),
    );
  if (tenantId !== null && tenantId.toLowerCase() !== defender.tenantId.toLowerCase())
    found.push(
      failed(
        'token',
        `it is of tenant ${tenantId}, not ${defender.tenantId}`,
        'Set DEFENDER_TENANT_ID; for another tenant DEFENDER_AUTH=federated.',
      ),
    );
  // Entra leaves the claim out when there is nothing in it.
  if (audience !== null && (roles ?? []).length === 0)
    found.push(
      failed('token', 'it has no roles', 'Grant the roles that the endpoints name below.'),
    );
  if (found.length > 0) return found;
  if (roles === null || issuedAt === null || expiresAt === null)
    return [
      warning('token', 'it does not say what it is for', 'Nothing, if the endpoints answer.'),
    ];
  const times = `issued ${isoOf(issuedAt)}, expires ${isoOf(expiresAt)}`;
  return [ok('token', `for ${audience}, ${times}, roles ${roles.join(' ')}`)];
}

/** v1 and v2 tokens name it with and without a slash at the end. */
const sameAudience = (a: string, b: string): boolean =>
  a.replace(/\/$/, '').toLowerCase() === b.replace(/\/$/, '').toLowerCase();

const isoOf = (at: number): string => new Date(at).toISOString();
