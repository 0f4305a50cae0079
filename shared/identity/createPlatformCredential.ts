import {
  DefaultAzureCredential,
  ManagedIdentityCredential,
  type TokenCredential,
} from '@azure/identity';
import type { AppConfig } from '../config/AppConfig';

/**
 * Who this app is towards its own broker and storage: the managed identity; under Development also whoever is signed in
 * with a developer tool. `clientId` names a user-assigned identity.
 */
export function createPlatformCredential(
  environment: AppConfig['environment'],
  clientId: string | null,
): TokenCredential {
  if (environment === 'Development') {
    return new DefaultAzureCredential(
      clientId === null ? {} : { managedIdentityClientId: clientId },
    );
  }
  return clientId === null
    ? new ManagedIdentityCredential()
    : new ManagedIdentityCredential({ clientId });
}
