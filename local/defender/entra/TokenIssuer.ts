import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../../shared/clock/Clock';

/** What is read back from a token; it carries more, as live ones do. */
const Claims = z.looseObject({
  aud: z.string(),
  appid: z.string(),
  tid: z.string(),
  exp: z.number(),
  nbf: z.number(),
  roles: z.array(z.string()).default([]),
  /** Number of the token among all issued. */
  uti: z.string(),
});
export type Claims = z.output<typeof Claims>;

export interface TokenRequest {
  readonly tenantId: string;
  readonly appId: string;
  readonly audience: string;
  readonly roles: readonly string[];
  readonly lifetimeMs: number;
}

export interface IssuedToken {
  readonly token: string;
  /** Unix seconds. */
  readonly expiresOn: number;
}

export type TokenCheck =
  | { readonly outcome: 'valid'; readonly claims: Claims }
  | { readonly outcome: 'invalid'; readonly reason: string };

/**
 * Issues v1 access tokens as Entra does for this API, and recognises its own. They are signed with a key of this
 * process (HS256) instead of Entra's certificate: only the API is meant to verify them.
 */
export class TokenIssuer {
  private readonly key = randomBytes(32);
  private issued = 0;
  private revoked = 0;

  constructor(private readonly clock: Clock) {}

  issue({ tenantId, appId, audience, roles, lifetimeMs }: TokenRequest): IssuedToken {
    const issuedAt = Math.floor(this.clock.now() / 1_000);
    const expiresOn = issuedAt + Math.ceil(lifetimeMs / 1_000);
    this.issued++;
    const oid = randomUUID();
    const claims = {
      aud: audience,
      iss: `https://sts.windows.net/${tenantId}/`,
      iat: issuedAt,
      nbf: issuedAt,
      exp: expiresOn,
      appid: appId,
      appidacr: '2',
      idp: `https://sts.windows.net/${tenantId}/`,
      oid,
      ...(roles.length > 0 && { roles }),
      sub: oid,
      tenant_region_scope: 'EU',
      tid: tenantId,
      uti: String(this.issued),
      ver: '1.0',
    };
    const signed = `${encode({ typ: 'JWT', alg: 'HS256' })}.${encode(claims)}`;
    return { token: `${signed}.${this.sign(signed).toString('base64url')}`, expiresOn };
  }

  /** Makes every token issued so far invalid. */
  revokeAll(): void {
    this.revoked = this.issued;
  }

  check(token: string): TokenCheck {
    const [header = '', payload = '', signature = '', ...more] = token.split('.');
    const given = Buffer.from(signature, 'base64url');
    const expected = this.sign(`${header}.${payload}`);
    if (more.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) {
      return { outcome: 'invalid', reason: 'Invalid token' };
    }
    const claims = Claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
    if (claims.exp * 1_000 <= this.clock.now())
      return { outcome: 'invalid', reason: 'Token expired' };
    if (Number(claims.uti) <= this.revoked) return { outcome: 'invalid', reason: 'Token revoked' };
    return { outcome: 'valid', claims };
  }

  private sign(text: string): Buffer {
    return createHmac('sha256', this.key).update(text).digest();
  }
}

const encode = (content: unknown): string =>
  Buffer.from(JSON.stringify(content)).toString('base64url');
