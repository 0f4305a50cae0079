import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { JWTPayload } from 'jose' with { 'resolution-mode': 'import' };

export const TENANT = '11111111-2222-4333-8444-555555555555';
export const OTHER = '99999999-2222-4333-8444-555555555555';
export const APP = 'aaaaaaaa-2222-4333-8444-555555555555';
export const AUDIENCE = 'api://defender-enricher';
export const NOW = Date.UTC(2026, 10, 21, 8);
export const SECONDS = NOW / 1000;

export const ISSUER = 'https://login.microsoftonline.com';
export const V2: JWTPayload = {
  ver: '2.0',
  iss: `${ISSUER}/${TENANT}/v2.0`,
  aud: AUDIENCE,
  tid: TENANT,
  azp: APP,
  roles: ['Enrichment.Read'],
  iat: SECONDS - 60,
  nbf: SECONDS - 60,
  exp: SECONDS + 3600,
};
const { azp: _azp, ...rest } = V2;
export const V1: JWTPayload = {
  ...rest,
  ver: '1.0',
  iss: `https://sts.windows.net/${TENANT}/`,
  appid: APP,
};

/** A key that a tenant signs with. */
export class SigningKey {
  private readonly pair;

  constructor(
    private readonly kid: string,
    modulusLength = 2048,
  ) {
    this.pair = generateKeyPairSync('rsa', { modulusLength });
  }

  /** As Entra publishes it: without `alg`. */
  get published() {
    return { kty: 'RSA', use: 'sig', kid: this.kid, n: this.modulus, e: 'AQAB' };
  }

  /** An `Authorization` header with a token. */
  bearer(claims: JWTPayload, header: Readonly<Record<string, string>> = {}): Promise<string> {
    return this.sign(claims, header, this.pair.privateKey);
  }

  /** Signed with a secret that everybody knows. */
  bearerByPublicKey(claims: JWTPayload): Promise<string> {
    return this.sign(claims, { alg: 'HS256' }, Buffer.from(this.modulus));
  }

  private async sign(
    claims: JWTPayload,
    header: Readonly<Record<string, string>>,
    key: KeyObject | Uint8Array,
  ): Promise<string> {
    const { SignJWT } = await import('jose');
    const protectedHeader = { alg: 'RS256', kid: this.kid, typ: 'JWT', ...header };
    return `Bearer ${await new SignJWT(claims).setProtectedHeader(protectedHeader).sign(key)}`;
  }

  private get modulus(): string {
    return this.pair.publicKey.export({ format: 'jwk' }).n ?? '';
  }
}
