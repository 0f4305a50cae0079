import { DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity';
import { createPlatformCredential } from '../../../shared/identity/createPlatformCredential';

describe('createPlatformCredential()', () => {
  it.each([
    { environment: 'Production', clientId: null, kind: ManagedIdentityCredential },
    {
      environment: 'Production',
      clientId: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
      kind: ManagedIdentityCredential,
    },
    { environment: 'Development', clientId: null, kind: DefaultAzureCredential },
  ] as const)('is a $kind.name in $environment', ({ environment, clientId, kind }) => {
    expect(createPlatformCredential(environment, clientId)).toBeInstanceOf(kind);
  });
});
