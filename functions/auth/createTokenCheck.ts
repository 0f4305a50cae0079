import type { JWTPayload, JWTVerifyGetKey } from 'jose' with { 'resolution-mode': 'import' };
import { z } from 'zod';
import type { EntraConfig } from '../../shared/config/AppConfig';
import type { Clock } from '../../shared/clock/Clock';
import { HttpProblem } from '../http/HttpProblem';

export interface TokenCheckOptions {
  readonly entra: EntraConfig;
  /** Origin of the token authority. */
  readonly authorityHost: string;
  /** The public keys of the tenant. */
  readonly keys: JWTVerifyGetKey;
  readonly clock: Clock;
}

/**
 * Checks the value of an `Authorization` header; returns the calling application's id. `admitsUsers`: the application may
 * also act for a user who has the role.
 * @throws {HttpProblem} 401, 403; 503 while the keys are unavailable, whatever the token.
 */
export type TokenCheck = (authorization: string | null, admitsUsers: boolean) => Promise<string>;

const MAX_SKEW_SECONDS = 120;
const BEARER = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i;
const MAX_TOKEN_LENGTH = 16 * 1024;
const REFUSED = 'The bearer token was not accepted.';

/** What only id tokens carry. */
const ID_TOKEN_CLAIMS = ['nonce', 'at_hash', 'c_hash'] as const;

const guid = z.guid().toLowerCase();
/** Access tokens name their application: version 1.0 as `appid`, version 2.0 as `azp`. Id tokens do not. */
const accessTokenSchema = z.discriminatedUnion('ver', [
  z.object({ ver: z.literal('1.0'), tid: guid, appid: guid, exp: z.number(), nbf: z.number() }),
  z.object({ ver: z.literal('2.0'), tid: guid, azp: guid, exp: z.number(), nbf: z.number() }),
]);
const rolesSchema = z.array(z.string());

/** Whether a bearer token is the tenant's access token for this app, of an application that may use it. */
export function createTokenCheck({
  entra,
  authorityHost,
  keys,
  clock,
}: TokenCheckOptions): TokenCheck {
  const { tenantId, audience, allowedAppIds, requiredRole } = entra;
  const issuers = {
    '1.0': `https://sts.windows.net/${tenantId}/`,
    '2.0': `${authorityHost}/${tenantId}/v2.0`,
  };

  async function verify(token: string): Promise<JWTPayload> {
    // Loads the library, which a function key has no need of.
    const { errors, jwtVerify } = await import('jose');
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ['RS256'],
        typ: 'JWT',
        issuer: Object.values(issuers),
        audience,
        clockTolerance: MAX_SKEW_SECONDS,
        currentDate: new Date(clock.now()),
        requiredClaims: ['exp', 'nbf', 'iss', 'aud'],
      });
      return payload;
    } catch (error) {
      throw error instanceof errors.JOSEError ? unauthorized(REFUSED) : error;
    }
  }

  return async (authorization, admitsUsers) => {
    const token = BEARER.exec((authorization ?? '').slice(0, MAX_TOKEN_LENGTH))?.[1];
    if (token === undefined) throw unauthorized('A bearer token is needed.');
    const payload = await verify(token);
    const claims = accessTokenSchema.safeParse(payload);
    const isIdToken = ID_TOKEN_CLAIMS.some((claim) => claim in payload);
    if (!claims.success || isIdToken) throw unauthorized(REFUSED);
    const { ver, tid } = claims.data;
    if (tid !== tenantId || payload.iss !== issuers[ver]) throw unauthorized(REFUSED);
    if (isOfUser(payload) && !admitsUsers) {
      const detail = "The token is a user's. Send one that the application got for itself.";
      throw forbidden('auth.userToken', detail);
    }

    const roles = rolesSchema.safeParse(payload['roles']);
    if (!roles.success || !roles.data.includes(requiredRole)) {
      throw forbidden('auth.roleMissing', `The token lacks the app role ${requiredRole}.`);
    }
    const appId = claims.data.ver === '1.0' ? claims.data.appid : claims.data.azp;
    if (allowedAppIds.length > 0 && !allowedAppIds.includes(appId)) {
      throw forbidden('auth.callerNotAllowed', 'This application may not call this app.');
    }
    return appId;
  };
}

/** Only tokens used in a user's name have scopes; the optional `idtyp` of an application's token is `app`. */
function isOfUser({ scp, idtyp = 'app' }: JWTPayload): boolean {
  return scp !== undefined || idtyp !== 'app';
}

function unauthorized(detail: string): HttpProblem {
  return new HttpProblem({
    status: 401,
    code: 'auth.tokenRefused',
    detail,
    headers: { 'www-authenticate': 'Bearer' },
  });
}

function forbidden(code: string, detail: string): HttpProblem {
  return new HttpProblem({ status: 403, code, detail });
}
