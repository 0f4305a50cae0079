import type * as Identity from '@azure/identity';
import type { TokenCredential } from '@azure/identity';
import type { AppConfig } from '../config/AppConfig';

/**
 * The identity of this app towards its broker and storage: the managed identity; under Development also the user signed
 * in with a developer tool. `clientId` names a user-assigned identity.
 */
export function createPlatformCredential(
  environment: AppConfig['environment'],
  clientId: string | null,
): TokenCredential {
  let credential: TokenCredential | null = null;
  return {
    getToken: (scopes, options) =>
      (credential ??= createCredential(environment, clientId)).getToken(scopes, options),
  };
}

function createCredential(
  environment: AppConfig['environment'],
  clientId: string | null,
): TokenCredential {
  const { DefaultAzureCredential, ManagedIdentityCredential } =
    require('@azure/identity') as typeof Identity; // its own types
  if (environment === 'Development') {
    return new DefaultAzureCredential(
      clientId === null ? {} : { managedIdentityClientId: clientId },
    );
  }
  return clientId === null
    ? new ManagedIdentityCredential()
    : new ManagedIdentityCredential({ clientId });
}
