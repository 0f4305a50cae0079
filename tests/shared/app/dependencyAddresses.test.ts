import { dependencyAddresses } from '../../../shared/app/dependencyAddresses';
import { parseConfig } from '../../../shared/config/parseConfig';

const common = { DEFENDER_TENANT_ID: '7c1f0a52-6f0b-4f55-9d0a-1b7c36ad3e10' };
const local = {
  ...common,
  AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
  StateStorage: 'UseDevelopmentStorage=true',
  ServiceBusConnection:
    'Endpoint=sb://127.0.0.1:5672;SharedAccessKeyName=n;SharedAccessKey=secret;UseDevelopmentEmulator=true',
  DEFENDER_API_BASE_URL: 'http://127.0.0.1:8090',
};
const azure = {
  ...common,
  StateStorage__tableServiceUri: 'https://soc.table.core.windows.net/',
  StateStorage__blobServiceUri: 'https://soc.blob.core.windows.net/',
  ServiceBusConnection__fullyQualifiedNamespace: 'soc.servicebus.windows.net',
  DEFENDER_AUTH: 'clientSecret',
  DEFENDER_CLIENT_ID: '7c1f0a52-6f0b-4f55-9d0a-1b7c36ad3e11',
  DEFENDER_CLIENT_SECRET: 'secret',
};
const keyed = {
  ...azure,
  StateStorage__tableServiceUri: '',
  StateStorage__blobServiceUri: '',
  StateStorage:
    'DefaultEndpointsProtocol=https;AccountName=soc;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net',
};
const inAzure = {
  storage: 'soc.blob.core.windows.net:443, soc.table.core.windows.net:443',
  broker: 'soc.servicebus.windows.net:5671',
  token: 'login.microsoftonline.com:443',
  defender: 'api.security.microsoft.com:443',
  quota: 'soc.table.core.windows.net:443',
};

describe('dependencyAddresses()', () => {
  it.each([
    {
      title: 'emulators',
      env: local,
      expected: {
        storage: '127.0.0.1:10000, 127.0.0.1:10002',
        broker: '127.0.0.1:5672',
        token: null,
        defender: '127.0.0.1:8090',
        quota: '127.0.0.1:10002',
      },
    },
    { title: 'services that are entered with an identity', env: azure, expected: inAzure },
    { title: 'a storage account with a key, which is not told', env: keyed, expected: inAzure },
  ])('are hosts and ports of $title', ({ env, expected }) => {
    const parsed = parseConfig(env);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));

    expect(dependencyAddresses(parsed.config, parsed.secrets)).toEqual(expected);
  });
});
