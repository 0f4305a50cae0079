import { z } from 'zod';
import { type Answer, jsonAnswer } from '../http/Answer';
import type { Directory } from './Directory';
import { entraError } from './entraError';
import { isKnownResource, TOKEN_EXCHANGE_RESOURCE } from './resources';

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export interface TokenEndpointRequest {
  readonly tenant: string;
  readonly version: 'v1' | 'v2';
  readonly form: URLSearchParams;
  /** Unix ms. */
  readonly at: number;
}

/** Client credentials grant of `{tenant}/oauth2/v2.0/token` (scope) and `{tenant}/oauth2/token` (resource). */
export function answerTokenRequest(directory: Directory, request: TokenEndpointRequest): Answer {
  const { settings, issuer } = directory;
  const refused = refuseRequest(directory, request) ?? refuseCredential(directory, request);
  if (refused) return refused;
  const audience = requestedResource(directory, request);
  if (typeof audience !== 'string') return audience;
  const { token, expiresOn } = issuer.issue({
    tenantId: settings.tenantId,
    appId: settings.clientId,
    audience: settings.audience ?? audience,
    roles: settings.roles,
    lifetimeMs: settings.tokenLifetimeMs,
  });
  const expiresIn = Math.ceil(settings.tokenLifetimeMs / 1_000) - 1;
  if (request.version === 'v2') {
    return jsonAnswer(200, {
      token_type: 'Bearer',
      expires_in: expiresIn,
      ext_expires_in: expiresIn,
      access_token: token,
    });
  }
  // v1 writes its numbers as strings.
  return jsonAnswer(200, {
    token_type: 'Bearer',
    expires_in: String(expiresIn),
    ext_expires_in: String(expiresIn),
    expires_on: String(expiresOn),
    not_before: String(Math.floor(request.at / 1_000)),
    resource: audience,
    access_token: token,
  });
}

function refuseRequest(
  { settings }: Directory,
  { tenant, form, at }: TokenEndpointRequest,
): Answer | undefined {
  if (tenant.toLowerCase() !== settings.tenantId) {
    return entraError(90002, `Tenant '${tenant}' not found.`, at);
  }
  for (const parameter of ['grant_type', 'client_id']) {
    if (!form.get(parameter)) return missing(parameter, at);
  }
  if (form.get('grant_type') !== 'client_credentials') {
    return entraError(70003, 'The app requested an unsupported grant type.', at);
  }
  const clientId = form.get('client_id') ?? '';
  if (clientId !== settings.clientId) {
    const text = `Application with identifier '${clientId}' was not found in the directory '${tenant}'.`;
    return entraError(700016, text, at);
  }
  return undefined;
}

function refuseCredential(
  directory: Directory,
  { form, at }: TokenEndpointRequest,
): Answer | undefined {
  const { settings } = directory;
  const secret = form.get('client_secret');
  const assertion = form.get('client_assertion');
  if (secret === null && assertion === null) {
    const text =
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
    return entraError(7000218, text, at);
  }
  if (secret !== null) {
    if (secret !== settings.clientSecret) {
      return entraError(7000215, 'Invalid client secret provided.', at);
    }
    const expired = settings.clientSecretState === 'expired';
    return expired
      ? entraError(7000222, 'The provided client secret keys are expired.', at)
      : undefined;
  }
  const accepted =
    form.get('client_assertion_type') === JWT_BEARER && isAccepted(directory, assertion ?? '');
  return accepted
    ? undefined
    : entraError(700027, 'Client assertion failed signature validation.', at);
}

const SelfSigned = z.looseObject({ iss: z.string(), sub: z.string() });

/** A token of the managed identity for the exchange, or one that the application signed for itself (not verified). */
function isAccepted({ settings, issuer }: Directory, assertion: string): boolean {
  const own = issuer.check(assertion);
  if (own.outcome === 'valid') return own.claims.aud === TOKEN_EXCHANGE_RESOURCE;
  const payload = assertion.split('.')[1];
  if (payload === undefined || own.reason !== 'Invalid token') return false;
  try {
    const claims = SelfSigned.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
    return claims.iss === settings.clientId && claims.sub === settings.clientId;
  } catch {
    return false;
  }
}

function requestedResource(
  { settings }: Directory,
  { version, form, at }: TokenEndpointRequest,
): string | Answer {
  const parameter = version === 'v2' ? 'scope' : 'resource';
  const requested = form.get(parameter);
  if (!requested) return missing(parameter, at);
  if (version === 'v2' && !requested.endsWith('/.default')) {
    const text = `The provided value for the input parameter 'scope' is not valid. The scope ${requested} is not valid.`;
    return entraError(70011, text, at);
  }
  const resource = version === 'v2' ? requested.slice(0, -'/.default'.length) : requested;
  if (isKnownResource(resource) && !settings.unknownResources.includes(resource)) return resource;
  const text = `The resource principal named ${resource} was not found in the tenant.`;
  return entraError(500011, text, at);
}

const missing = (parameter: string, at: number): Answer =>
  entraError(900144, `The request body must contain the following parameter: '${parameter}'.`, at);
