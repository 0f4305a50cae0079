import { randomUUID } from 'node:crypto';
import {
  AccountSASPermissions,
  AccountSASResourceTypes,
  AccountSASServices,
  generateAccountSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { ClientSecretCredential, type ClientSecretCredentialOptions } from '@azure/identity';
import { examinationText, examineSettings, type Examination } from '../../../cli/doctor/doctor';
import defaultConfig from '../../../local/servicebus/config.json';
import { startEmulators, FREE_PORTS, type Emulators } from '../../../local/start/startEmulators';
import type { ControlRequest } from '../../../local/defender/SimulatorState';
import type { Clock } from '../../../shared/clock/Clock';
import { systemClock } from '../../../shared/clock/systemClock';
import { acceptedWith } from '../config/exampleSettings';
import type { CheckResult } from '../../../shared/doctor/Check';
import { tokenCheck } from '../../../shared/doctor/tokenCheck';
import { versionCheck } from '../../../shared/doctor/versionCheck';
import { createTokenSource } from '../../../shared/identity/createTokenSource';
import { shownAndPrinted } from '../../support/printedExamples';

type Settings = Readonly<Record<string, string>>;
type Change = (emulators: Emulators) => Settings;

const directory =
  (settings: NonNullable<ControlRequest['directory']>): Change =>
  ({ defender }) => {
    defender.control({ directory: settings, revokeTokens: true });
    return {};
  };

const QUEUES = defaultConfig.UserConfig.Namespaces[0]?.Queues ?? [];
const AUGUST = Date.parse('2026-08-01T00:00:00Z');
const threeMinutesOff: Clock = { ...systemClock, now: () => systemClock.now() + 180_000 };

/** A connection string with a shared access signature for blobs alone. */
function blobsOnly(connectionString: string): string {
  const partOf = (name: string) => new RegExp(`${name}=([^;]+)`).exec(connectionString)?.[1] ?? '';
  const credential = new StorageSharedKeyCredential(partOf('AccountName'), partOf('AccountKey'));
  const signature = generateAccountSASQueryParameters(
    {
      expiresOn: new Date(Date.now() + 3_600_000),
      permissions: AccountSASPermissions.parse('rwdlac'),
      resourceTypes: AccountSASResourceTypes.parse('sco').toString(),
      services: AccountSASServices.parse('b').toString(),
    },
    credential,
  ).toString();
  const [blobs, tables] = [partOf('BlobEndpoint'), partOf('TableEndpoint')];
  return `BlobEndpoint=${blobs};TableEndpoint=${tables};SharedAccessSignature=${signature}`;
}

describe('the doctor', () => {
  let emulators: Emulators;
  let clientId: string;
  const before = { ...process.env };

  beforeAll(async () => {
    const [namespace] = defaultConfig.UserConfig.Namespaces;
    const plain = QUEUES.filter(({ Name }) => Name === 'inventory-pages').map((queue) => ({
      Name: 'pages-once-more',
      Properties: { ...queue.Properties, RequiresDuplicateDetection: false },
    }));
    const Namespaces = [
      { ...namespace, Name: 'sbemulatorns', Queues: [...QUEUES, ...plain], Topics: [] },
    ];
    const config = { UserConfig: { ...defaultConfig.UserConfig, Namespaces } };
    emulators = await startEmulators({ ports: FREE_PORTS, serviceBus: { config } });
    const { IDENTITY_ENDPOINT, IDENTITY_HEADER } = emulators.settings;
    Object.assign(process.env, { IDENTITY_ENDPOINT, IDENTITY_HEADER });
  });
  beforeEach(() => {
    // An identity of its own has calendars of its own: what one test shuts is open in the next.
    clientId = randomUUID();
    emulators.defender.control({
      reset: true,
      directory: { managedIdentityClientId: clientId },
    });
  });
  afterAll(async () => {
    process.env = before;
    await emulators.close();
  });

  async function examine(settings: Settings, clock?: Clock): Promise<Examination> {
    const env = {
      ...emulators.settings,
      DEFENDER_CLIENT_ID: clientId,
      ...settings,
    };
    return examineSettings(env, clock);
  }

  /** As with a Node that is supported, on whichever this runs. */
  async function printedOf({ identity, checks }: Examination): Promise<string> {
    const [node] = await versionCheck('v22.20.0', { now: () => AUGUST })();
    return examinationText({
      identity,
      checks: checks.map((each) => (each.check === 'node' && node ? node : each)),
    });
  }
  const wrongOf = (text: string) =>
    text
      .split('\n')
      .filter((line) => !line.startsWith('ok'))
      .join('\n');

  it('finds nothing wrong with what is right', async () => {
    const found = await examine({});

    expect(found.checks.filter(({ status }) => status === 'failed')).toEqual([]);
    const { shown, printed } = shownAndPrinted('All is well', await printedOf(found));
    expect(printed).toBe(shown);
  });

  it.each<{
    title: string;
    change: Change;
    check: string;
    clock?: Clock;
    status?: CheckResult['status'];
    detail: RegExp;
    mend: RegExp;
  }>([
    {
      title: 'A role is missing',
      change: directory({ roles: ['Machine.Read.All', 'File.Read.All'] }),
      check: 'endpoint ips/{ip}/alerts',
      detail: /Missing application roles/,
      mend: /Alert\.Read\.All/,
    },
    {
      title: 'No role was granted',
      change: directory({ roles: [] }),
      check: 'token',
      detail: /has no roles/,
      mend: /Grant/,
    },
    {
      title: 'The token is for another API',
      change: directory({ audience: 'https://graph.microsoft.com' }),
      check: 'token',
      detail: /its audience is https:\/\/graph/,
      mend: /DEFENDER_TOKEN_SCOPE/,
    },
    {
      title: 'The token is of another tenant',
      change: directory({ tenantId: '99999999-2222-4333-8444-555555555555' }),
      check: 'token',
      detail: /is of tenant 9999/,
      mend: /DEFENDER_TENANT_ID/,
    },
    {
      title: 'The tenant is inactive',
      change: ({ defender }) => {
        defender.control({ behaviour: { tenant: 'accountInactive' } });
        return {};
      },
      check: 'endpoint machines',
      detail: /Account mode is inactive/,
      mend: /tenant is active/,
    },
    {
      title: 'The tenant is in another cloud',
      change: directory({ unknownResources: ['https://api.securitycenter.microsoft.com'] }),
      check: 'token',
      detail: /No Managed Identity found/,
      mend: /DEFENDER_CLOUD/,
    },
    {
      title: 'Defender does not answer',
      change: () => ({ DEFENDER_API_BASE_URL: 'http://127.0.0.1:9' }),
      check: 'endpoint machines',
      detail: /Cannot query/,
      mend: /DEFENDER_CLOUD/,
    },
    {
      title: 'The clock is three minutes fast',
      change: () => ({}),
      clock: threeMinutesOff,
      check: 'clock',
      detail: /180 s ahead/,
      mend: /Set the clock/,
    },
    {
      title: 'The identity may not write tables',
      change: ({ settings }) => ({ StateStorage: blobsOnly(settings['StateStorage'] ?? '') }),
      check: 'table quota',
      detail: /Auth/,
      mend: /Storage Table Data Contributor/,
    },
    {
      title: 'Storage cannot be reached',
      change: ({ settings }) => ({
        StateStorage: (settings['StateStorage'] ?? '').replaceAll(
          /127\.0\.0\.1:\d+/g,
          '127.0.0.1:9',
        ),
      }),
      check: 'container answers',
      detail: /ECONNREFUSED/,
      mend: /StateStorage/,
    },
    {
      title: 'A queue is missing',
      change: () => ({ QUARANTINE_QUEUE: 'nowhere' }),
      check: 'queue nowhere',
      detail: /is missing/,
      mend: /Deploy it/,
    },
    {
      title: 'A queue has no duplicate detection',
      change: () => ({ INVENTORY_QUEUE: 'pages-once-more' }),
      check: 'queue pages-once-more',
      detail: /no duplicate detection/,
      mend: /deploy it again/,
    },
    {
      title: 'The environment names a proxy',
      change: () => ({ HTTPS_PROXY: 'http://proxy.contoso.com:8080' }),
      check: 'settings',
      status: 'warning',
      detail: /HTTPS_PROXY/,
      mend: /Remove/,
    },
    {
      title: 'A setting cannot be used',
      change: () => ({ DEFENDER_TOKEN_SCOPE: 'https://graph.microsoft.com/.default' }),
      check: 'settings',
      detail: /DEFENDER_TOKEN_SCOPE must be/,
      mend: /settings\.md/,
    },
  ])('$title: finds it, as docs/doctor.md shows', async (example) => {
    const { title, change, check, clock, status = 'failed', detail, mend } = example;

    const found = await examine(change(emulators), clock);

    expect(found.checks.find((each) => each.check === check)).toEqual({
      check,
      status,
      detail: expect.stringMatching(detail) as string,
      mend: expect.stringMatching(mend) as string,
    });
    const { shown, printed } = shownAndPrinted(title, wrongOf(await printedOf(found)));
    expect(printed).toBe(shown);
  });

  it.each([
    {
      role: 'Machine.Read.All',
      needed: [
        'machines/findbyip',
        'machines',
        'alerts/{id}/machine',
        'files/{sha1}/machines',
        'machines/{id}',
      ],
    },
    { role: 'Alert.Read.All', needed: ['ips/{ip}/alerts', 'alerts'] },
    { role: 'File.Read.All', needed: ['files/{id}'] },
  ])(
    'names each endpoint that needs $role, if that is missing, and no other',
    async ({ role, needed }) => {
      const roles = ['Machine.Read.All', 'Alert.Read.All', 'File.Read.All'];
      directory({ roles: roles.filter((each) => each !== role) })(emulators);

      const { checks } = await examine({});

      const failed = checks.filter(({ status }) => status === 'failed');
      expect(failed.map(({ check }) => check)).toEqual(needed.map((label) => `endpoint ${label}`));
      expect(failed.map(({ mend }) => mend)).toEqual(
        failed.map(() => expect.stringContaining(role) as string),
      );
    },
  );

  it('finds a secret that has expired, as Entra answers it', async () => {
    const { defender } = emulators;
    const { tenantId, clientId: app, clientSecret } = defender.directory;
    defender.control({ directory: { clientSecretState: 'expired' } });
    const toSimulator: NonNullable<
      ClientSecretCredentialOptions['additionalPolicies']
    >[number]['policy'] = {
      name: 'toSimulator',
      sendRequest: (request, next) => {
        const url = new URL(request.url);
        request.url = `${defender.origin}${url.pathname}${url.search}`;
        request.allowInsecureConnection = true;
        return next(request);
      },
    };
    const credential = new ClientSecretCredential(tenantId, app, clientSecret, {
      disableInstanceDiscovery: true,
      additionalPolicies: [{ policy: toSimulator, position: 'perRetry' }],
    });
    const config = acceptedWith({ DEFENDER_TENANT_ID: tenantId }).config.defender;
    const fetchToken = async () => {
      const { token, expiresOnTimestamp } = await credential.getToken(config.tokenScope);
      return { token, expiresAt: expiresOnTimestamp };
    };
    const tokens = createTokenSource({ fetchToken, clock: systemClock });

    expect(await tokenCheck({ tokens, defender: config })()).toEqual([
      {
        check: 'token',
        status: 'failed',
        detail: expect.stringContaining('AADSTS7000222') as string,
        mend: 'The client secret has expired: make a new one and set DEFENDER_CLIENT_SECRET.',
      },
    ]);
  });
});
