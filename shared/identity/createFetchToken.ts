import type * as Identity from '@azure/identity';
import type * as Msal from '@azure/msal-node';
import type { DefenderConfig } from '../config/AppConfig';
import type { FetchToken } from './createTokenSource';

export interface FetchTokenOptions {
  readonly defender: Pick<DefenderConfig, 'tenantId' | 'authorityHost' | 'tokenScope' | 'auth'>;
  /** For mode `clientSecret`. */
  readonly clientSecret: string | null;
}

/**
 * Audience of a managed identity's token that replaces an app registration's secret, by authority
 * (learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity, 2026-10).
 */
const TOKEN_EXCHANGE_AUDIENCES: Readonly<Record<string, string>> = {
  'https://login.microsoftonline.us': 'api://AzureADTokenExchangeUSGov',
};
const DEFAULT_TOKEN_EXCHANGE_AUDIENCE = 'api://AzureADTokenExchange';

/**
 * How a token for Defender is obtained, by `DEFENDER_AUTH`. Every call asks the issuer: credentials and applications
 * keep caches, which would return a refused token, so none outlives its call.
 * @throws {TypeError} the mode lacks its client id, secret or certificate.
 */
export function createFetchToken({ defender, clientSecret }: FetchTokenOptions): FetchToken {
  const { tenantId, authorityHost, tokenScope, auth } = defender;
  if (auth.mode === 'managedIdentity') {
    return () => fetchManagedIdentityToken(tokenScope.replace(/\/\.default$/, ''), auth.clientId);
  }

  const clientId = required(auth.clientId, 'client id');
  // The authority comes from our own list, so it needs no discovery.
  const issuer = { authorityHost, disableInstanceDiscovery: true };
  switch (auth.mode) {
    case 'clientSecret': {
      const secret = required(clientSecret, 'client secret');
      return withCredential(
        tokenScope,
        ({ ClientSecretCredential: Credential }) =>
          new Credential(tenantId, clientId, secret, issuer),
      );
    }
    case 'clientCertificate': {
      const certificatePath = required(auth.certificatePath, 'certificate path');
      return withCredential(
        tokenScope,
        ({ ClientCertificateCredential: Credential }) =>
          new Credential(tenantId, clientId, { certificatePath }, issuer),
      );
    }
    case 'federated': {
      const audience = TOKEN_EXCHANGE_AUDIENCES[authorityHost] ?? DEFAULT_TOKEN_EXCHANGE_AUDIENCE;
      const getAssertion = async () =>
        (await fetchManagedIdentityToken(audience, auth.identityClientId)).token;
      return withCredential(
        tokenScope,
        ({ ClientAssertionCredential: Credential }) =>
          new Credential(tenantId, clientId, getAssertion, issuer),
      );
    }
  }
}

function withCredential(
  tokenScope: string,
  createCredential: (identity: typeof Identity) => Identity.TokenCredential,
): FetchToken {
  return async (abortSignal) => {
    const credential = createCredential(require('@azure/identity') as typeof Identity); // its own types
    const token = await credential.getToken(tokenScope, { abortSignal });
    if (!token) throw new Error('the issuer gave no token');
    return { token: token.token, expiresAt: token.expiresOnTimestamp };
  };
}

/** `@azure/identity` cannot bypass MSAL's process-wide cache for managed identities; MSAL itself can. */
async function fetchManagedIdentityToken(
  resource: string,
  clientId: string | null,
): ReturnType<FetchToken> {
  const { ManagedIdentityApplication } = require('@azure/msal-node') as typeof Msal; // its own types
  const application = new ManagedIdentityApplication(
    clientId === null ? {} : { managedIdentityIdParams: { userAssignedClientId: clientId } },
  );
  const { accessToken, expiresOn } = await application.acquireToken({
    resource,
    forceRefresh: true,
  });
  if (!expiresOn) throw new Error('the token has no expiry time');
  return { token: accessToken, expiresAt: expiresOn.getTime() };
}

function required(value: string | null, what: string): string {
  if (value === null) throw new TypeError(`Cannot authenticate: ${what} is missing`);
  return value;
}
