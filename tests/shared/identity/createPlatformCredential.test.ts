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
  ] as const)('asks a $kind.name in $environment', async ({ environment, clientId, kind }) => {
    const token = { token: 'token', expiresOnTimestamp: 1 };
    const getToken = jest.spyOn(kind.prototype, 'getToken').mockResolvedValue(token);
    const credential = createPlatformCredential(environment, clientId);

    const tokens = [await credential.getToken('scope'), await credential.getToken('scope')];

    expect(tokens).toEqual([token, token]);
    expect(new Set(getToken.mock.contexts).size).toBe(1);
    getToken.mockRestore();
  });
});
