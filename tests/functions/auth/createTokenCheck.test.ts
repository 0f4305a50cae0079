import type { JWTPayload, JWTVerifyGetKey } from 'jose' with { 'resolution-mode': 'import' };
import { createTokenCheck, type TokenCheck } from '../../../functions/auth/createTokenCheck';
import { HttpProblem } from '../../../functions/http/HttpProblem';
import {
  APP,
  AUDIENCE,
  ISSUER,
  NOW,
  OTHER,
  SECONDS,
  SigningKey,
  TENANT,
  V1,
  V2,
} from './tenantTokens';

const tenantKey = new SigningKey('k1');
const strangerKey = new SigningKey('k1');
let check: TokenCheck;
let unsecured: string;

beforeAll(async () => {
  const { createLocalJWKSet, UnsecuredJWT } = await import('jose');
  unsecured = new UnsecuredJWT(V2).encode();
  check = checkWith(createLocalJWKSet({ keys: [tenantKey.published] }));
});

function checkWith(keys: JWTVerifyGetKey): TokenCheck {
  return createTokenCheck({
    entra: {
      tenantId: TENANT,
      audience: AUDIENCE,
      allowedAppIds: [APP],
      requiredRole: 'Enrichment.Read',
    },
    authorityHost: ISSUER,
    keys,
    clock: { now: () => NOW, sleep: () => Promise.resolve() },
  });
}

const bearer = (claims: JWTPayload, header = {}) => tenantKey.bearer(claims, header);
const without = (claim: string) =>
  Object.fromEntries(Object.entries(V2).filter(([name]) => name !== claim));

describe('createTokenCheck()', () => {
  it.each([
    { what: 'version 2.0', claims: V2 },
    { what: 'version 1.0', claims: V1 },
    { what: 'that expired two minutes ago less a second', claims: { ...V2, exp: SECONDS - 119 } },
    { what: 'that starts within two minutes', claims: { ...V2, nbf: SECONDS + 119 } },
    { what: 'that says it is of an application', claims: { ...V2, idtyp: 'app' } },
    { what: 'with more roles', claims: { ...V2, roles: ['Other', 'Enrichment.Read'] } },
  ])('accepts an access token $what and names its application', async ({ claims }) => {
    const authorization = await bearer(claims);

    const appId = await check(authorization, false);

    expect(appId).toBe(APP);
  });

  it('accepts the token of a user who has the role where users may come, and nowhere else', async () => {
    const ofUser = { ...V2, scp: 'user_impersonation' };

    await expect(check(await bearer(ofUser), true)).resolves.toBe(APP);
    await expect(check(await bearer({ ...ofUser, roles: [] }), true)).rejects.toMatchObject({
      code: 'auth.roleMissing',
    });
    await expect(check(await bearer(ofUser), false)).rejects.toMatchObject({
      code: 'auth.userToken',
    });
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
      header: () => `Bearer ${unsecured}x`,
    },
    {
      what: 'HS256 with the public key as secret',
      status: 401,
      header: () => tenantKey.bearerByPublicKey(V2),
    },
    { what: 'PS256', status: 401, header: () => bearer(V2, { alg: 'PS256' }) },
    {
      what: "a stranger's signature",
      status: 401,
      header: () => strangerKey.bearer(V2),
    },
    { what: 'an unknown key id', status: 401, header: () => bearer(V2, { kid: 'k2' }) },
    {
      what: 'claims changed after signing',
      status: 401,
      header: async () => {
        const [head, , signature] = (await bearer({ ...V2, roles: [] })).split('.');
        const claims = Buffer.from(JSON.stringify(V2)).toString('base64url');
        return `${head}.${claims}.${signature}`;
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
    { what: "a user's scopes", status: 403, header: () => bearer({ ...V2, scp: 'Enrich' }) },
    { what: "a user's scopes, none left", status: 403, header: () => bearer({ ...V1, scp: '' }) },
    { what: 'a user by its type', status: 403, header: () => bearer({ ...V2, idtyp: 'user' }) },
    { what: 'another application', status: 403, header: () => bearer({ ...V2, azp: OTHER }) },
  ])('refuses $what with $status', async ({ status, header }) => {
    const authorization = await header();

    const refusal: unknown = await check(authorization, false).catch((error: unknown) => error);

    expect(refusal).toBeInstanceOf(HttpProblem);
    expect(refusal).toMatchObject({ options: { status } });
  });

  it('does not call a mistake of ours a bad token', async () => {
    const withoutKeys = checkWith(() => Promise.reject(new TypeError('undefined is no function')));

    const mistake = withoutKeys(await bearer(V2), false);

    await expect(mistake).rejects.toThrow(TypeError);
  });
});
