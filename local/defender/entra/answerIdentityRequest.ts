import { randomUUID } from 'node:crypto';
import { type Answer, jsonAnswer } from '../http/Answer';
import type { Directory } from './Directory';
import { isKnownResource } from './resources';

const API_VERSION = '2019-08-01';

/**
 * The managed identity endpoint of App Service and Functions:
 * `GET ?resource=&api-version=2019-08-01[&client_id=]` with header `X-IDENTITY-HEADER`.
 */
export function answerIdentityRequest(
  { settings, issuer }: Directory,
  request: {
    readonly query: URLSearchParams;
    readonly identityHeader: string | undefined;
    readonly expectedIdentityHeader: string;
  },
): Answer {
  const { query } = request;
  if (request.identityHeader !== request.expectedIdentityHeader) {
    return refusal(401, 'The X-IDENTITY-HEADER does not match');
  }
  if (query.get('api-version') !== API_VERSION) {
    return refusal(400, `The api-version is missing or not ${API_VERSION}`);
  }
  const resource = query.get('resource');
  if (!resource) return refusal(400, 'The resource is missing');
  const clientId = query.get('client_id') ?? settings.managedIdentityClientId;
  const isKnown = isKnownResource(resource) && !settings.unknownResources.includes(resource);
  if (clientId !== settings.managedIdentityClientId || !isKnown) {
    return refusal(400, 'No Managed Identity found for specified resource/clientId');
  }
  const { token, expiresOn } = issuer.issue({
    tenantId: settings.tenantId,
    appId: clientId,
    audience: settings.audience ?? resource,
    roles: settings.roles,
    lifetimeMs: settings.tokenLifetimeMs,
  });
  return jsonAnswer(200, {
    access_token: token,
    client_id: clientId,
    expires_on: String(expiresOn),
    resource,
    token_type: 'Bearer',
  });
}

const refusal = (statusCode: number, message: string): Answer =>
  jsonAnswer(statusCode, { statusCode, message, correlationId: randomUUID() });
