import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
  type JWTPayload,
  type KeyLike,
} from 'jose';
import { createTokenCheck, type TokenCheck } from '../../../functions/auth/createTokenCheck';
import { HttpProblem } from '../../../functions/http/HttpProblem';

const TENANT = '11111111-2222-4333-8444-555555555555';
const OTHER = '99999999-2222-4333-8444-555555555555';
const APP = 'aaaaaaaa-2222-4333-8444-555555555555';
const AUDIENCE = 'api://defender-enricher';
const NOW = Date.UTC(2026, 10, 21, 8);
const SECONDS = NOW / 1000;

const V2: JWTPayload = {
  ver: '2.0',
  iss: `https://login.microsoftonline.com/${TENANT}/v2.0`,
  aud: AUDIENCE,
  tid: TENANT,
  azp: APP,
  roles: ['Enrichment.Read'],
  iat: SECONDS - 60,
  nbf: SECONDS - 60,
  exp: SECONDS + 3600,
};
const { azp: _azp, ...rest } = V2;
const V1: JWTPayload = {
  ...rest,
  ver: '1.0',
  iss: `https://sts.windows.net/${TENANT}/`,
  appid: APP,
};

let tenantKey: KeyLike;
let tenantPublicPem: Uint8Array;
let strangerKey: KeyLike;
let check: TokenCheck;

beforeAll(async () => {
  const tenant = await generateKeyPair('RS256', { extractable: true });
  const stranger = await generateKeyPair('RS256');
  const jwk = await exportJWK(tenant.publicKey);
  tenantKey = tenant.privateKey;
  tenantPublicPem = Buffer.from(String(jwk.n));
  strangerKey = stranger.privateKey;
  check = createTokenCheck({
    entra: {
      tenantId: TENANT,
      audience: AUDIENCE,
      allowedAppIds: [APP],
      requiredRole: 'Enrichment.Read',
    },
    authorityHost: 'https://login.microsoftonline.com',
    // As Entra publishes them: without `alg`.
    keys: createLocalJWKSet({ keys: [{ ...jwk, kid: 'k1', use: 'sig' }] }),
    clock: { now: () => NOW, sleep: () => Promise.resolve() },
  });
});

interface Signing {
  readonly alg?: string;
  readonly kid?: string;
  readonly typ?: string;
  readonly key?: KeyLike | Uint8Array;
}

function sign(claims: JWTPayload, { alg = 'RS256', kid = 'k1', typ = 'JWT', key }: Signing = {}) {
  return new SignJWT(claims).setProtectedHeader({ alg, kid, typ }).sign(key ?? tenantKey);
}

const bearer = async (claims: JWTPayload, signing?: Signing) =>
  `Bearer ${await sign(claims, signing)}`;
const without = (claim: string) =>
  Object.fromEntries(Object.entries(V2).filter(([name]) => name !== claim));

describe('createTokenCheck()', () => {
  it.each([
    { what: 'version 2.0', claims: V2 },
    { what: 'version 1.0', claims: V1 },
    { what: 'that expired two minutes ago less a second', claims: { ...V2, exp: SECONDS - 119 } },
    { what: 'that starts within two minutes', claims: { ...V2, nbf: SECONDS + 119 } },
    { what: 'with more roles', claims: { ...V2, roles: ['Other', 'Enrichment.Read'] } },
  ])('accepts an access token $what and names its application', async ({ claims }) => {
    const authorization = await bearer(claims);

    const appId = await check(authorization);

    expect(appId).toBe(APP);
  });

  it.each([
    { what: 'no header', status: 401, header: () => null },
    { what: 'an empty header', status: 401, header: () => '' },
    { what: 'another scheme', status: 401, header: () => 'Basic dXNlcjpwYXNz' },
    { what: 'text that is no token', status: 401, header: () => 'Bearer a.b.c' },
    { what: 'half a token', status: 401, header: async () => (await bearer(V2)).slice(0, -200) },
    {
      what: 'algorithm none',
      status: 401,
      header: () => `Bearer ${new UnsecuredJWT(V2).encode()}x`,
    },
    {
      what: 'HS256 with the public key as secret',
      status: 401,
      header: () => bearer(V2, { alg: 'HS256', key: tenantPublicPem }),
    },
    { what: 'PS256', status: 401, header: () => bearer(V2, { alg: 'PS256', key: tenantKey }) },
    {
      what: "a stranger's signature",
      status: 401,
      header: () => bearer(V2, { key: strangerKey }),
    },
    { what: 'an unknown key id', status: 401, header: () => bearer(V2, { kid: 'k2' }) },
    {
      what: 'claims changed after signing',
      status: 401,
      header: async () => {
        const [head, , signature] = (await sign({ ...V2, roles: [] })).split('.');
        const claims = Buffer.from(JSON.stringify(V2)).toString('base64url');
        return `Bearer ${head}.${claims}.${signature}`;
      },
    },
    {
      what: 'another issuer',
      status: 401,
      header: () => bearer({ ...V2, iss: 'https://evil.example/' }),
    },
    {
      what: "the other version's issuer",
      status: 401,
      header: () => bearer({ ...V2, iss: `https://sts.windows.net/${TENANT}/` }),
    },
    {
      what: "another tenant's issuer",
      status: 401,
      header: () => bearer({ ...V2, iss: `https://login.microsoftonline.com/${OTHER}/v2.0` }),
    },
    { what: 'another tenant', status: 401, header: () => bearer({ ...V2, tid: OTHER }) },
    {
      what: 'another audience',
      status: 401,
      header: () => bearer({ ...V2, aud: 'https://graph.microsoft.com' }),
    },
    { what: 'no audience', status: 401, header: () => bearer(without('aud')) },
    {
      what: 'an end two minutes ago',
      status: 401,
      header: () => bearer({ ...V2, exp: SECONDS - 121 }),
    },
    { what: 'no end', status: 401, header: () => bearer(without('exp')) },
    {
      what: 'a start in more than two minutes',
      status: 401,
      header: () => bearer({ ...V2, nbf: SECONDS + 121 }),
    },
    { what: 'no application: an id token', status: 401, header: () => bearer(without('azp')) },
    { what: 'a nonce: an id token', status: 401, header: () => bearer({ ...V2, nonce: 'n' }) },
    { what: 'another type', status: 401, header: () => bearer(V2, { typ: 'secevent+jwt' }) },
    { what: 'no role', status: 403, header: () => bearer(without('roles')) },
    { what: 'another role', status: 403, header: () => bearer({ ...V2, roles: ['Other'] }) },
    {
      what: 'a role that is not a list',
      status: 403,
      header: () => bearer({ ...V2, roles: 'Enrichment.Read' }),
    },
    { what: 'another application', status: 403, header: () => bearer({ ...V2, azp: OTHER }) },
  ])('refuses $what with $status', async ({ status, header }) => {
    const authorization = await header();

    const refusal: unknown = await check(authorization).catch((error: unknown) => error);

    expect(refusal).toBeInstanceOf(HttpProblem);
    expect(refusal).toMatchObject({ options: { status } });
  });

  it('refuses when the keys cannot be had', async () => {
    const withoutKeys = createTokenCheck({
      entra: { tenantId: TENANT, audience: AUDIENCE, allowedAppIds: [], requiredRole: 'R' },
      authorityHost: 'https://login.microsoftonline.com',
      keys: () => Promise.reject(new TypeError('fetch failed')),
      clock: { now: () => NOW, sleep: () => Promise.resolve() },
    });

    const refusal: unknown = await withoutKeys(await bearer(V2)).catch((error: unknown) => error);

    expect(refusal).toMatchObject({ options: { status: 401 } });
  });
});
