import { z } from 'zod';

/** What is known of a token without its text. */
export interface TokenState {
  /** Unix ms by the issuer's clock; null if not in the token. */
  readonly issuedAt: number | null;
  /** The application permissions in it; null if it has no such claim. */
  readonly roles: readonly string[] | null;
}

/** Who a token is for. */
export interface TokenClaims {
  readonly audience: string | null;
  readonly tenantId: string | null;
  /** Unix ms by the issuer's clock. */
  readonly expiresAt: number | null;
}

const audience = z.object({
  aud: z.string().nullable().catch(null),
  tid: z.string().nullable().catch(null),
  exp: z.number().nullable().catch(null),
});

/** As {@link readTokenState}; null where the token does not say. */
export function readTokenClaims(token: string): TokenClaims {
  const { aud = null, tid = null, exp = null } = audience.safeParse(payloadOf(token)).data ?? {};
  return { audience: aud, tenantId: tid, expiresAt: exp === null ? null : exp * 1000 };
}

const claims = z.object({
  iat: z.number().nullable().catch(null),
  roles: z.array(z.string()).nullable().catch(null),
});

/** Reads a token that this app got for itself, to show it: nothing is checked, and nothing is decided by it alone. */
export function readTokenState(token: string): TokenState {
  const { iat, roles } = claims.safeParse(payloadOf(token)).data ?? { iat: null, roles: null };
  return { issuedAt: iat === null ? null : iat * 1000, roles };
}

/** Of a JSON web token; null for anything else, as Entra promises no format. */
function payloadOf(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
