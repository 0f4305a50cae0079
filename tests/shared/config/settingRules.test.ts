import { acceptedWith, APP_ID, blamedWith, CLOUD_SETTINGS } from './exampleSettings';

const withoutServiceBus = { ServiceBusConnection__fullyQualifiedNamespace: undefined };
const withoutStorage = {
  StateStorage__tableServiceUri: undefined,
  StateStorage__blobServiceUri: undefined,
};
const SAS_CONNECTION =
  'Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=app;SharedAccessKey=a2V5PT0=';

describe('checkSettings for connections', () => {
  it.each([
    { env: withoutServiceBus, problem: 'ServiceBusConnection' },
    { env: { ServiceBusConnection: SAS_CONNECTION }, problem: 'ServiceBusConnection' },
    {
      env: { ServiceBusConnection__fullyQualifiedNamespace: 'sb://contoso.servicebus.windows.net' },
      problem: 'ServiceBusConnection__fullyQualifiedNamespace',
    },
    {
      env: { ServiceBusConnection__clientId: APP_ID },
      problem: 'ServiceBusConnection__credential',
    },
    {
      env: { ServiceBusConnection__credential: 'secret' },
      problem: 'ServiceBusConnection__credential',
    },
    { env: { ServiceBusConnection: 'x' }, problem: 'ServiceBusConnection' },
    { env: { StateStorage: 'UseDevelopmentStorage=true' }, problem: 'StateStorage' },
    { env: { ...withoutStorage, StateStorage: 'x' }, problem: 'StateStorage' },
    { env: withoutStorage, problem: 'StateStorage' },
    {
      env: { StateStorage__tableServiceUri: undefined },
      problem: 'StateStorage__tableServiceUri',
    },
    { env: { StateStorage__blobServiceUri: '' }, problem: 'StateStorage__blobServiceUri' },
    {
      env: { StateStorage__tableServiceUri: 'http://contoso.table.core.windows.net' },
      problem: 'StateStorage__tableServiceUri',
    },
    {
      env: { StateStorage__blobServiceUri: 'https://c.blob.core.windows.net/?sv=x&sig=y' },
      problem: 'StateStorage__blobServiceUri',
    },
    { env: { StateStorage__clientId: APP_ID }, problem: 'StateStorage__credential' },
  ])('blames $problem with $env', ({ env, problem }) => {
    expect(blamedWith(env)).toEqual([problem]);
  });

  it('takes user-assigned identities', () => {
    const { config } = acceptedWith({
      ServiceBusConnection__credential: 'managedIdentity',
      ServiceBusConnection__clientId: APP_ID.toUpperCase(),
      StateStorage__credential: 'managedidentity',
      StateStorage__clientId: APP_ID,
      StateStorage__tableServiceUri: 'https://contoso.table.core.windows.net/',
    });

    expect(config.serviceBus.clientId).toBe(APP_ID);
    expect(config.stateStorage).toEqual({
      tableServiceUri: 'https://contoso.table.core.windows.net',
      blobServiceUri: 'https://contoso.blob.core.windows.net',
      clientId: APP_ID,
    });
  });

  it.each([
    { LOOKUP_QUEUE: 'siem-indicators' },
    { OUTPUT_QUEUE: 'Lookups' },
    { QUARANTINE_QUEUE: 'enriched-machines' },
    { REQUEST_QUEUE: 'enriched-machines' },
  ])('refuses one queue for two purposes: %o', (env) => {
    expect(blamedWith(env)).toEqual(['SIEM_QUEUE']);
  });

  it.each(['-queue', 'queue-', 'a queue', '%QUEUE%', 'a?b', 'q'.repeat(261)])(
    'refuses the queue name %j',
    (name) => {
      expect(blamedWith({ SIEM_QUEUE: name })).toEqual(['SIEM_QUEUE']);
    },
  );
});

describe('checkSettings for HTTP', () => {
  it('takes what Entra needs', () => {
    const { config } = acceptedWith({
      HTTP_AUTH: 'entra',
      ENTRA_AUDIENCE: 'api://enricher',
      ENTRA_TENANT_ID: CLOUD_SETTINGS.DEFENDER_TENANT_ID,
      ENTRA_ALLOWED_APP_IDS: ` ${APP_ID.toUpperCase()} `,
    });

    expect(config.http).toEqual({
      auth: 'entra',
      entra: {
        audience: 'api://enricher',
        tenantId: CLOUD_SETTINGS.DEFENDER_TENANT_ID,
        allowedAppIds: [APP_ID],
        requiredRole: 'Enrichment.Read',
      },
    });
  });

  it.each([
    { env: { HTTP_AUTH: 'entra' }, problems: ['ENTRA_AUDIENCE', 'ENTRA_TENANT_ID'] },
    { env: { HTTP_AUTH: 'none' }, problems: ['HTTP_AUTH'] },
    { env: { HTTP_AUTH: 'none', AZURE_FUNCTIONS_ENVIRONMENT: 'Development' }, problems: [] },
    { env: { ENTRA_ALLOWED_APP_IDS: `${APP_ID},x` }, problems: ['ENTRA_ALLOWED_APP_IDS'] },
    { env: { ENTRA_ALLOWED_APP_IDS: `${APP_ID},` }, problems: ['ENTRA_ALLOWED_APP_IDS'] },
    { env: { ENTRA_REQUIRED_ROLE: '' }, problems: [] },
    { env: { PUBLIC_BASE_URL: 'http://contoso.com' }, problems: ['PUBLIC_BASE_URL'] },
    { env: { PUBLIC_BASE_URL: 'http://127.0.0.1:7071' }, problems: ['PUBLIC_BASE_URL'] },
    { env: { PUBLIC_BASE_URL: 'contoso.com' }, problems: ['PUBLIC_BASE_URL'] },
    { env: { PUBLIC_BASE_URL: 'https://contoso.com/?code=x' }, problems: ['PUBLIC_BASE_URL'] },
    { env: { PUBLIC_BASE_URL: 'javascript:alert(1)' }, problems: ['PUBLIC_BASE_URL'] },
  ])('blames $problems with $env', ({ env, problems }) => {
    expect(blamedWith(env)).toEqual(problems);
  });

  it.each([
    { text: 'https://contoso.com/enricher/', url: 'https://contoso.com/enricher' },
    { text: 'https://CONTOSO.com:443', url: 'https://contoso.com' },
  ])('writes the public base URL $text as $url', ({ text, url }) => {
    expect(acceptedWith({ PUBLIC_BASE_URL: text }).config.publicBaseUrl).toBe(url);
  });
});
