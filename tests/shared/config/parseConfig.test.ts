import fc from 'fast-check';
import { parseConfig } from '../../../shared/config/parseConfig';
import { SETTING_NAMES } from '../../../shared/config/settings';
import { acceptedWith, APP_ID, blamedWith, CLOUD_SETTINGS, type Env } from './exampleSettings';

const SAS_CONNECTION =
  'Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=app;SharedAccessKey=a2V5PT0=';
const parseWith = (env: Env) => parseConfig({ ...CLOUD_SETTINGS, ...env });

describe('parseConfig', () => {
  it('fills in the defaults', () => {
    expect(parseWith({})).toEqual({
      ok: true,
      config: {
        environment: 'Production',
        queues: {
          siem: 'siem-indicators',
          lookup: 'lookups',
          output: 'enriched-machines',
          quarantine: 'quarantine',
          inventory: 'inventory-pages',
          request: 'enriched-requests',
        },
        requestPartialAfterMs: 600_000,
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
          auth: {
            mode: 'managedIdentity',
            clientId: null,
            identityClientId: null,
            certificatePath: null,
          },
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
        agents: { maxPerMinute: 10, maxPerHour: 100 },
        lookups: {
          maxAgeMs: 86_400_000,
          deniedAfterMs: 14_400_000,
          recheckAfterMs: 900_000,
          recheckKinds: ['alert', 'machine'],
          ipAlerts: true,
          ipLastKnown: true,
          batchMaxQuestions: 30,
          internalIpRanges: [],
        },
        cacheTtlMs: {
          findByIp: 300_000,
          findByPastIp: 21_600_000,
          ipAlerts: 300_000,
          fileMachines: 1_800_000,
          file: 86_400_000,
          alertMachine: 3_600_000,
          alerts: 3_600_000,
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
        telemetry: { mode: 'logs', identity: null },
      },
      secrets: {
        serviceBusConnectionString: null,
        stateStorageConnectionString: null,
        defenderClientSecret: null,
        applicationInsightsConnectionString: null,
      },
      warnings: [],
    });
  });

  it.each(['none', 'None'])('publishes no records of whole requests with %s', (REQUEST_QUEUE) => {
    expect(parseWith({ REQUEST_QUEUE })).toMatchObject({ config: { queues: { request: null } } });
  });

  it('names everything that is missing', () => {
    expect(parseConfig({})).toMatchObject({
      problems: [
        { setting: 'DEFENDER_TENANT_ID' },
        { setting: 'ServiceBusConnection' },
        { setting: 'StateStorage' },
      ],
    });
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
        const parsed = parseWith(Object.fromEntries(names.map((name) => [name, canary])));

        expect(JSON.stringify(parsed.ok ? parsed.warnings : parsed.problems)).not.toContain(canary);
      }),
    );
  });

  it('keeps secrets out of the configuration', () => {
    const { config, secrets } = acceptedWith({
      ServiceBusConnection__fullyQualifiedNamespace: undefined,
      StateStorage__tableServiceUri: undefined,
      StateStorage__blobServiceUri: undefined,
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
      applicationInsightsConnectionString: null,
    });
    expect(JSON.stringify(config)).not.toMatch(/canary|a2V5/);
  });

  it('calls an unresolved Key Vault reference by its name', () => {
    const reference = '@Microsoft.KeyVault(SecretUri=https://contoso.vault.azure.net/secrets/s)';

    expect(parseWith({ DEFENDER_CLIENT_SECRET: reference })).toMatchObject({
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
    expect(acceptedWith(env).config.environment).toBe(environment);
  });

  it('refuses to run with TLS verification switched off', () => {
    expect(blamedWith({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toEqual([
      'NODE_TLS_REJECT_UNAUTHORIZED',
    ]);
    expect(blamedWith({ NODE_TLS_REJECT_UNAUTHORIZED: '1' })).toEqual([]);
  });
});
