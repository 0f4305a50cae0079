import fc from 'fast-check';
import { parseConfig } from '../../../shared/config/parseConfig';
import { SETTING_NAMES } from '../../../shared/config/settings';
import { APP_ID, CLOUD_SETTINGS } from './exampleSettings';

type Env = Readonly<Record<string, string | undefined>>;

const withSettings = (env: Env) => parseConfig({ ...CLOUD_SETTINGS, ...env });
const accepted = (env: Env) => {
  const parsed = withSettings(env);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ setting }) => setting).join());
  return parsed;
};
const blamed = (env: Env) => {
  const parsed = parseConfig(env);
  return parsed.ok ? [] : parsed.problems.map(({ setting }) => setting);
};
const blamedWith = (env: Env) => blamed({ ...CLOUD_SETTINGS, ...env });
const withoutServiceBus = { ServiceBusConnection__fullyQualifiedNamespace: undefined };
const withoutStorage = {
  StateStorage__tableServiceUri: undefined,
  StateStorage__blobServiceUri: undefined,
};
const SAS_CONNECTION =
  'Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=app;SharedAccessKey=a2V5PT0=';

describe('parseConfig', () => {
  it('fills in the defaults', () => {
    expect(withSettings({})).toEqual({
      ok: true,
      config: {
        environment: 'Production',
        queues: {
          siem: 'siem-indicators',
          lookup: 'lookups',
          output: 'enriched-machines',
          quarantine: 'quarantine',
          inventory: 'inventory-pages',
        },
        serviceBus: {
          fullyQualifiedNamespace: 'contoso.servicebus.windows.net',
          clientId: null,
        },
        stateStorage: {
          tableServiceUri: 'https://contoso.table.core.windows.net',
          blobServiceUri: 'https://contoso.blob.core.windows.net',
          clientId: null,
        },
        publicBaseUrl: null,
        defender: {
          cloud: 'commercial',
          region: null,
          tenantId: '11111111-2222-4333-8444-555555555555',
          apiBaseUrl: 'https://api.security.microsoft.com',
          authorityHost: 'https://login.microsoftonline.com',
          tokenScope: 'https://api.securitycenter.microsoft.com/.default',
          auth: { mode: 'managedIdentity', clientId: null, certificatePath: null },
        },
        quota: {
          perMinute: 100,
          perHour: 1500,
          scope: 'endpoint',
          bulkPerTenMinutes: 275,
          interactive: {
            reservePerHour: 15,
            reservePerMinute: 10,
            maxPerHour: 300,
            maxPerMinute: 30,
            maxWaitMs: 10_000,
          },
        },
        lookups: {
          maxAgeMs: 86_400_000,
          deniedAfterMs: 14_400_000,
          recheckAfterMs: 900_000,
          recheckKinds: ['alert', 'machine'],
          ipAlerts: true,
          ipLastKnown: true,
          internalIpRanges: [],
        },
        cacheTtlMs: {
          findByIp: 300_000,
          findByPastIp: 21_600_000,
          ipAlerts: 300_000,
          fileMachines: 1_800_000,
          file: 86_400_000,
          alertMachine: 3_600_000,
          machine: 300_000,
          machines: 300_000,
          notSeen: 60_000,
        },
        http: { auth: 'functionKey', entra: null },
        inventory: {
          schedule: '0 15 2 * * *',
          filter: null,
          pageSize: 10_000,
          outputs: ['ndjson', 'csv'],
          keepDays: 30,
          maxDropPercent: 20,
        },
        output: { format: 'native', resultKeepDays: 30 },
      },
      secrets: {
        serviceBusConnectionString: null,
        stateStorageConnectionString: null,
        defenderClientSecret: null,
      },
      warnings: [],
    });
  });

  it('names everything that is missing', () => {
    expect(blamed({})).toEqual(['DEFENDER_TENANT_ID', 'ServiceBusConnection', 'StateStorage']);
  });

  it('reports unreadable settings and broken rules between the readable ones at once', () => {
    const problems = blamedWith({
      DEFENDER_CLOUD: 'moon',
      DEFENDER_REGION: 'eu',
      DEFENDER_AUTH: 'clientSecret',
      HTTP_AUTH: 'none',
      BULK_PER_TEN_MINUTES: 'many',
    });

    expect(problems).toEqual([
      'DEFENDER_CLOUD',
      'BULK_PER_TEN_MINUTES',
      'DEFENDER_CLIENT_ID',
      'DEFENDER_CLIENT_SECRET',
      'HTTP_AUTH',
    ]);
  });

  it('reports every rule that a setting breaks', () => {
    const problems = blamedWith({
      DEFENDER_QUOTA_PER_HOUR: '20',
      DEFENDER_QUOTA_PER_MINUTE: '21',
      INTERACTIVE_RESERVE_PER_HOUR: '20',
      INTERACTIVE_MAX_PER_HOUR: '10',
    });

    expect(problems).toEqual([
      'DEFENDER_QUOTA_PER_MINUTE',
      'INTERACTIVE_RESERVE_PER_HOUR',
      'INTERACTIVE_RESERVE_PER_HOUR',
    ]);
  });

  it('never repeats a value in a problem or a warning', () => {
    const canary = 'canary-7f3a91';
    fc.assert(
      fc.property(fc.subarray([...SETTING_NAMES], { minLength: 1 }), (names) => {
        const parsed = withSettings(Object.fromEntries(names.map((name) => [name, canary])));

        expect(JSON.stringify(parsed.ok ? parsed.warnings : parsed.problems)).not.toContain(canary);
      }),
    );
  });

  it('keeps secrets out of the configuration', () => {
    const { config, secrets } = accepted({
      ...withoutServiceBus,
      ...withoutStorage,
      ServiceBusConnection: SAS_CONNECTION,
      StateStorage: 'AccountName=contoso;AccountKey=canary-storage',
      DEFENDER_AUTH: 'clientSecret',
      DEFENDER_CLIENT_ID: APP_ID,
      DEFENDER_CLIENT_SECRET: 'canary-secret',
    });

    expect(secrets).toEqual({
      serviceBusConnectionString: SAS_CONNECTION,
      stateStorageConnectionString: 'AccountName=contoso;AccountKey=canary-storage',
      defenderClientSecret: 'canary-secret',
    });
    expect(JSON.stringify(config)).not.toMatch(/canary|a2V5/);
  });

  it('calls an unresolved Key Vault reference by its name', () => {
    const reference = '@Microsoft.KeyVault(SecretUri=https://contoso.vault.azure.net/secrets/s)';

    expect(withSettings({ DEFENDER_CLIENT_SECRET: reference })).toMatchObject({
      problems: [
        {
          setting: 'DEFENDER_CLIENT_SECRET',
          message: 'is a Key Vault reference that the platform could not resolve',
        },
      ],
    });
  });

  it.each([
    { env: { AZURE_FUNCTIONS_ENVIRONMENT: 'Development' }, environment: 'Development' },
    { env: { AZURE_FUNCTIONS_ENVIRONMENT: 'development' }, environment: 'Development' },
    { env: { AZURE_FUNCTIONS_ENVIRONMENT: 'Staging' }, environment: 'Production' },
    { env: {}, environment: 'Production' },
  ])('runs as $environment with $env', ({ env, environment }) => {
    expect(accepted(env).config.environment).toBe(environment);
  });

  it('refuses to run with TLS verification switched off', () => {
    expect(blamedWith({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toEqual([
      'NODE_TLS_REJECT_UNAUTHORIZED',
    ]);
    expect(blamedWith({ NODE_TLS_REJECT_UNAUTHORIZED: '1' })).toEqual([]);
  });

  it.each(['DEFENDER_QOUTA_PER_MINUTE', 'ServiceBusConnection__clientID', 'CACHE_TTL_FILES_MS'])(
    'warns of %s, which is not a setting',
    (name) => {
      expect(accepted({ [name]: '1' }).warnings).toEqual([
        `${name} is not a setting of this version`,
      ]);
    },
  );

  it('does not warn of settings of the platform and of others', () => {
    const { warnings } = accepted({
      AzureWebJobsStorage: 'x',
      APPLICATIONINSIGHTS_CONNECTION_STRING: 'x',
      AZURE_CLIENT_ID: 'x',
      WEBSITE_SITE_NAME: 'x',
      FUNCTIONS_WORKER_RUNTIME: 'node',
      HTTP_PROXY: 'x',
      PATH: 'x',
    });

    expect(warnings).toEqual([]);
  });

  it.each([
    {
      env: { DEFENDER_CLIENT_SECRET: 'x' },
      warning: 'DEFENDER_CLIENT_SECRET is not used with DEFENDER_AUTH managedIdentity',
    },
    {
      env: {
        DEFENDER_REGION: 'eu',
        DEFENDER_API_BASE_URL: 'https://us.api.security.microsoft.com',
      },
      warning: 'DEFENDER_REGION is not used: DEFENDER_API_BASE_URL is set',
    },
    {
      env: { DEFENDER_QUOTA_PER_MINUTE: '101' },
      warning: "DEFENDER_QUOTA_PER_MINUTE is above Defender's published 100",
    },
    {
      env: { DEFENDER_QUOTA_PER_HOUR: '1501' },
      warning: "DEFENDER_QUOTA_PER_HOUR is above Defender's published 1500",
    },
  ])('warns that $warning', ({ env, warning }) => {
    expect(accepted(env).warnings).toEqual([warning]);
  });
});

describe('parseConfig of connections', () => {
  it.each([
    SAS_CONNECTION,
    'Endpoint=sb://127.0.0.1:5672;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=local;UseDevelopmentEmulator=true',
    'Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessSignature=SharedAccessSignature sr=x&sig=y',
  ])('takes %s', (connection) => {
    const { secrets } = accepted({ ...withoutServiceBus, ServiceBusConnection: connection });

    expect(secrets.serviceBusConnectionString).toBe(connection);
  });

  it.each([
    'contoso.servicebus.windows.net',
    'Endpoint=sb://contoso.servicebus.windows.net/',
    'Endpoint=https://contoso.servicebus.windows.net/;SharedAccessKeyName=a;SharedAccessKey=b',
    'Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=a;SharedAccessKey=',
    `${SAS_CONNECTION};EntityPath=siem-indicators`,
  ])('refuses %s for a namespace', (connection) => {
    expect(blamedWith({ ...withoutServiceBus, ServiceBusConnection: connection })).toEqual([
      'ServiceBusConnection',
    ]);
  });

  it.each([
    'UseDevelopmentStorage=true',
    'DefaultEndpointsProtocol=https;AccountName=contoso;AccountKey=a2V5PT0=;EndpointSuffix=core.windows.net',
    'BlobEndpoint=https://c.blob.core.windows.net;TableEndpoint=https://c.table.core.windows.net;SharedAccessSignature=sv=x&sig=y',
  ])('takes %s for the state', (connection) => {
    const { secrets } = accepted({ ...withoutStorage, StateStorage: connection });

    expect(secrets.stateStorageConnectionString).toBe(connection);
  });

  it.each([
    'UseDevelopmentStorage=false',
    'AccountName=contoso',
    'https://contoso.blob.core.windows.net',
    'BlobEndpoint=https://c.blob.core.windows.net;SharedAccessSignature=sv=x&sig=y',
  ])('refuses %s for the state', (connection) => {
    expect(blamedWith({ ...withoutStorage, StateStorage: connection })).toEqual(['StateStorage']);
  });

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
    { env: { StateStorage: 'UseDevelopmentStorage=true' }, problem: 'StateStorage' },
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
    const { config } = accepted({
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
  ])('refuses one queue for two purposes: %o', (env) => {
    expect(blamedWith(env)).toEqual(['SIEM_QUEUE']);
  });

  it.each(['', '-queue', 'queue-', 'a queue', '%QUEUE%', 'a?b', 'q'.repeat(261)])(
    'refuses the queue name %j',
    (name) => {
      expect(blamedWith({ SIEM_QUEUE: name })).toEqual(['SIEM_QUEUE']);
    },
  );
});

describe('parseConfig of HTTP', () => {
  it('takes what Entra needs', () => {
    const { config } = accepted({
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
    { env: { ENTRA_REQUIRED_ROLE: '' }, problems: ['ENTRA_REQUIRED_ROLE'] },
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
    expect(accepted({ PUBLIC_BASE_URL: text }).config.publicBaseUrl).toBe(url);
  });
});

describe('parseConfig of numbers, flags and lists', () => {
  it.each([
    '',
    ' ',
    '-1',
    '+5',
    '1.5',
    '1e3',
    '0x10',
    '1_000',
    '1,000',
    'NaN',
    'Infinity',
    '１',
    '9'.repeat(30),
  ])('refuses %j as a number instead of taking the default', (value) => {
    expect(blamedWith({ BULK_PER_TEN_MINUTES: value })).toEqual(['BULK_PER_TEN_MINUTES']);
  });

  it.each([
    { setting: 'MAX_LOOKUP_AGE_MS', least: 60_000, most: 129_600_000 },
    { setting: 'INTERACTIVE_MAX_WAIT_MS', least: 0, most: 60_000 },
    { setting: 'INVENTORY_PAGE_SIZE', least: 1, most: 10_000 },
    { setting: 'INVENTORY_MAX_DROP_PERCENT', least: 0, most: 100 },
    { setting: 'RESULT_KEEP_DAYS', least: 15, most: 3650 },
    { setting: 'CACHE_TTL_FILE_MS', least: 0, most: 2_592_000_000 },
  ])('takes $setting from $least to $most', ({ setting, least, most }) => {
    expect(blamedWith({ [setting]: String(least) })).toEqual([]);
    expect(blamedWith({ [setting]: String(most) })).toEqual([]);
    expect(blamedWith({ [setting]: String(least - 1) })).toEqual([setting]);
    expect(blamedWith({ [setting]: String(most + 1) })).toEqual([setting]);
  });

  it.each([
    { env: { DEFENDER_QUOTA_PER_MINUTE: '10' }, problems: ['INTERACTIVE_RESERVE_PER_MINUTE'] },
    { env: { DEFENDER_QUOTA_PER_MINUTE: '11' }, problems: [] },
    { env: { INTERACTIVE_MAX_PER_MINUTE: '9' }, problems: ['INTERACTIVE_RESERVE_PER_MINUTE'] },
    {
      env: { INTERACTIVE_MAX_PER_MINUTE: '0', INTERACTIVE_RESERVE_PER_MINUTE: '0' },
      problems: [],
    },
  ])('blames $problems with $env', ({ env, problems }) => {
    expect(blamedWith(env)).toEqual(problems);
  });

  it.each([
    { text: 'true', flag: true },
    { text: 'True', flag: true },
    { text: 'FALSE', flag: false },
  ])('reads the flag $text', ({ text, flag }) => {
    expect(accepted({ ENRICH_IP_ALERTS: text }).config.lookups.ipAlerts).toBe(flag);
  });

  it.each(['', '0', '1', 'yes', 'off'])('refuses the flag %j', (text) => {
    expect(blamedWith({ ENRICH_IP_ALERTS: text })).toEqual(['ENRICH_IP_ALERTS']);
  });

  it.each([
    { text: '', kinds: [] },
    { text: 'ip', kinds: ['ip'] },
    { text: ' host , file ', kinds: ['host', 'file'] },
  ])('reads the kinds $text', ({ text, kinds }) => {
    expect(accepted({ RECHECK_KINDS: text }).config.lookups.recheckKinds).toEqual(kinds);
  });

  it.each(['hash', 'ip,ip', 'ip,', 'ip;file', 'IP'])('refuses the kinds %j', (text) => {
    expect(blamedWith({ RECHECK_KINDS: text })).toEqual(['RECHECK_KINDS']);
  });

  it('reads ranges of IP addresses', () => {
    const { internalIpRanges } = accepted({ INTERNAL_IP_RANGES: '203.0.113.0/24' }).config.lookups;

    expect(internalIpRanges.map(([base, bits]) => [base.toString(), bits])).toEqual([
      ['203.0.113.0', 24],
    ]);
  });

  it.each([
    { INTERNAL_IP_RANGES: '203.0.113.0' },
    { INVENTORY_OUTPUTS: '' },
    { INVENTORY_OUTPUTS: 'ndjson,parquet' },
    { INVENTORY_SCHEDULE: 'daily' },
    { INVENTORY_FILTER: "riskScore eq 'High'\nx" },
    { OUTPUT_FORMAT: 'cef' },
    { DEFENDER_QUOTA_SCOPE: 'tenant' },
  ])('refuses %o', (env) => {
    expect(blamedWith(env)).toEqual(Object.keys(env));
  });
});
