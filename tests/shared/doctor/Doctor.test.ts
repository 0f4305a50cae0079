import { randomUUID } from 'node:crypto';
import defaultConfig from '../../../local/servicebus/config.json';
import { startEmulators, FREE_PORTS, type Emulators } from '../../../local/start/startEmulators';
import { createAppContext } from '../../../shared/app/createAppContext';
import type { Clock } from '../../../shared/clock/Clock';
import { systemClock } from '../../../shared/clock/systemClock';
import { parseConfig } from '../../../shared/config/parseConfig';
import type { CheckResult } from '../../../shared/doctor/Check';
import { RecordingLogger } from '../telemetry/RecordingLogger';

type Settings = Readonly<Record<string, string>>;
type Change = (emulators: Emulators) => Settings;

const QUEUES = defaultConfig.UserConfig.Namespaces[0]?.Queues ?? [];
const threeMinutesOff: Clock = { ...systemClock, now: () => systemClock.now() + 180_000 };

describe('the doctor', () => {
  let emulators: Emulators;
  let clientId: string;
  const before = { ...process.env };

  beforeAll(async () => {
    const Queues = QUEUES.map((queue) =>
      queue.Name === 'inventory-pages'
        ? { ...queue, Properties: { ...queue.Properties, RequiresDuplicateDetection: false } }
        : queue,
    );
    const [namespace] = defaultConfig.UserConfig.Namespaces;
    const plain = QUEUES.filter(({ Name }) => Name === 'inventory-pages').map((queue) => ({
      ...queue,
      Name: 'pages-as-they-should-be',
    }));
    const config = {
      UserConfig: {
        ...defaultConfig.UserConfig,
        Namespaces: [
          { ...namespace, Name: 'sbemulatorns', Queues: [...Queues, ...plain], Topics: [] },
        ],
      },
    };
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

  async function examine(settings: Settings, clock?: Clock): Promise<readonly CheckResult[]> {
    const parsed = parseConfig({
      ...emulators.settings,
      DEFENDER_CLIENT_ID: clientId,
      INVENTORY_QUEUE: 'pages-as-they-should-be',
      ...settings,
    });
    if (!parsed.ok) throw new Error(parsed.problems.map(({ setting }) => setting).join());
    const logger = new RecordingLogger();
    const context = createAppContext({ ...parsed, logger, ...(clock && { clock }) });
    try {
      return await context.doctor.examine();
    } finally {
      await context.close();
    }
  }

  it('finds nothing wrong with what is right', async () => {
    const found = await examine({});

    expect(found.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(found.map(({ check }) => check)).toEqual(
      expect.arrayContaining(['token', 'endpoint machines/{id}', 'table quota', 'queue lookups']),
    );
  });

  it.each<{
    title: string;
    change: Change;
    check: string;
    clock?: Clock;
    detail: RegExp;
    mend: RegExp;
  }>([
    {
      title: 'a missing role',
      change: ({ defender }) => {
        defender.control({ directory: { roles: ['Machine.Read.All'] }, revokeTokens: true });
        return {};
      },
      check: 'endpoint ips/{ip}/alerts',
      detail: /Missing application roles/,
      mend: /Alert\.Read\.All/,
    },
    {
      title: 'no role at all',
      change: ({ defender }) => {
        defender.control({ directory: { roles: [] } });
        return {};
      },
      check: 'token',
      detail: /has no roles/,
      mend: /Grant/,
    },
    {
      title: 'a token for another tenant',
      change: () => ({ DEFENDER_TENANT_ID: '99999999-2222-4333-8444-555555555555' }),
      check: 'token',
      detail: /is of tenant/,
      mend: /DEFENDER_TENANT_ID/,
    },
    {
      title: 'an inactive tenant',
      change: ({ defender }) => {
        defender.control({ behaviour: { tenant: 'accountInactive' } });
        return {};
      },
      check: 'endpoint machines',
      detail: /Account mode is inactive/,
      mend: /tenant is active/,
    },
    {
      title: 'the API host of another cloud, which does not answer',
      change: () => ({ DEFENDER_API_BASE_URL: 'http://127.0.0.1:9' }),
      check: 'endpoint machines',
      detail: /Cannot query/,
      mend: /DEFENDER_CLOUD/,
    },
    {
      title: 'a clock that is three minutes off',
      change: () => ({}),
      clock: threeMinutesOff,
      check: 'clock',
      detail: /180 s ahead/,
      mend: /Set the clock/,
    },
    {
      title: 'no right to the tables',
      change: ({ settings }) => ({
        StateStorage: (settings['StateStorage'] ?? '').replace(
          /AccountKey=[^;]+/,
          'AccountKey=AAAA',
        ),
      }),
      check: 'table quota',
      detail: /Auth/,
      mend: /Storage Table Data Contributor/,
    },
    {
      title: 'a missing queue',
      change: () => ({ QUARANTINE_QUEUE: 'nowhere' }),
      check: 'queue nowhere',
      detail: /is missing/,
      mend: /Deploy it/,
    },
    {
      title: 'a queue without duplicate detection',
      change: () => ({ INVENTORY_QUEUE: 'inventory-pages' }),
      check: 'queue inventory-pages',
      detail: /no duplicate detection/,
      mend: /deploy it again/,
    },
  ])('finds $title', async ({ change, check, clock, detail, mend }) => {
    const found = await examine(change(emulators), clock);

    expect(found.find((each) => each.check === check)).toEqual({
      check,
      status: 'failed',
      detail: expect.stringMatching(detail) as string,
      mend: expect.stringMatching(mend) as string,
    });
  });

  it('warns of a proxy in the environment, which is not used', async () => {
    const found = await examine({ HTTPS_PROXY: 'http://proxy.contoso.com:8080' });

    expect(found[0]).toMatchObject({ check: 'settings', status: 'warning' });
    expect(found[0]?.detail).toContain('HTTPS_PROXY');
  });
});
