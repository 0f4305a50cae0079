import { WELL_KNOWN } from '../../local/defender/wellKnown';
import type { ControlRequest } from '../../local/defender/SimulatorState';
import { ask, post, undescribed, type Answer } from '../support/askApi';
import { LocalStack } from '../support/LocalStack';
import { Relay } from '../support/Relay';

const { machines, files, alerts, ips } = WELL_KNOWN;
const POLL = `/requests/p_${'A'.repeat(43)}`;

const retryAfterOf = ({ headers }: Answer) => Number(headers.get('retry-after'));

let stack: LocalStack;

/** The app with these settings too, up and running. */
async function appWith(settings: Readonly<Record<string, string>>): Promise<string> {
  const host = await stack.addHost({ HTTP_AUTH: 'none', ...settings });
  return `http://127.0.0.1:${await host.ready()}/api`;
}

/** The setting with the port behind each key replaced by one whose connections `cut` ends. */
async function relayed(setting: string, keys: readonly string[]) {
  let text = stack.emulators.settings[setting] ?? '';
  const relays: Relay[] = [];
  for (const key of keys) {
    const address = new RegExp(`(${key}=\\w+://[^:;]+:)(\\d+)`);
    const relay = await Relay.start(Number(address.exec(text)?.[2]));
    relays.push(relay);
    text = text.replace(address, `$1${relay.port}`);
  }
  const cut = () => {
    for (const relay of relays) relay.close();
  };
  return { settings: { [setting]: text }, cut };
}

beforeAll(async () => {
  stack = await LocalStack.start();
}, 60_000);
afterAll(() => stack.close());

interface Row {
  readonly name: string;
  readonly path: string;
  readonly init?: RequestInit;
  readonly status: number;
  /** Of the problem, if it is one. */
  readonly code?: string;
}

/** Asks as the row says, and holds the answer to the row and to the description of the API. */
async function check(base: string, { name, path, init, status, code }: Row): Promise<Answer> {
  const answer = await ask(base, path, init);
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  expect(undescribed(name, answer)).toEqual([]);
  const isForLater = [429, 503].includes(status) && code !== undefined;
  expect(retryAfterOf(answer) > 0).toBe(isForLater);
  return answer;
}

describe('The HTTP routes, when Defender', () => {
  let base: string;
  beforeAll(async () => {
    base = await appWith({ INTERACTIVE_MAX_WAIT_MS: '500' });
  });
  afterEach(() => {
    stack.emulators.defender.control({ clearFaults: true });
  });

  type Faults = NonNullable<ControlRequest['faults']>;
  const error = (endpoint: Faults[number]['endpoint'], status: number): Faults => [
    { endpoint, fault: { kind: 'error', status }, times: 'always' },
  ];
  const roleMissing = (endpoint: Faults[number]['endpoint']): Faults => {
    const message =
      'Missing application roles. API required roles: Machine.Read.All,Machine.ReadWrite.All, application roles: .';
    return [{ endpoint, fault: { kind: 'error', status: 403, message }, times: 'always' }];
  };
  const unavailable = { status: 503, code: 'defender.unavailable' };
  it.each<Row & { readonly title: string; readonly faults: Faults }>([
    {
      title: 'answers 503',
      faults: error('fileMachines', 503),
      name: 'fileMachines',
      path: `/files/${files.unknown.sha1}/machines`,
      ...unavailable,
    },
    {
      title: 'cuts the connection',
      faults: [{ endpoint: 'ipAlerts', fault: { kind: 'disconnect' } }],
      name: 'ipAlerts',
      path: '/ips/10.9.9.9/alerts',
      ...unavailable,
    },
    {
      title: 'answers with a page about maintenance',
      faults: [{ endpoint: 'alertMachine', fault: { kind: 'body' } }],
      name: 'alertMachine',
      path: `/alerts/${alerts.guid}/machine`,
      ...unavailable,
    },
    {
      title: 'answers 503 to a list',
      faults: error('machines', 503),
      name: 'machines',
      path: '/machines',
      ...unavailable,
    },
    {
      title: 'throttles',
      faults: [{ endpoint: 'file', fault: { kind: 'cpuQuota', retryAfterSeconds: 40 } }],
      name: 'fileMachines',
      path: `/files/${files.unknown.sha256}/machines`,
      status: 429,
      code: 'quota.noSlot',
    },
    {
      title: 'still cools down',
      faults: [],
      name: 'fileMachines',
      path: `/files/${files.eicar.sha256}/machines`,
      status: 429,
      code: 'quota.noSlot',
    },
    {
      title: 'does not take a filter',
      faults: error('machines', 400),
      name: 'machines',
      path: `/machines?filter=${encodeURIComponent("riskScore eq 'High'")}`,
      status: 400,
      code: 'request.badParameter',
    },
    {
      title: 'closes what is asked for',
      faults: error('ipAlerts', 403),
      name: 'ipAlerts',
      path: '/ips/10.9.9.8/alerts',
      status: 424,
      code: 'defender.objectForbidden',
    },
    {
      title: 'refuses our rights',
      faults: roleMissing('alertMachine'),
      name: 'alertMachine',
      path: `/alerts/${alerts.guid}/machine`,
      status: 424,
      code: 'defender.forbidden',
    },
    {
      title: 'has just refused our rights',
      faults: roleMissing('alertMachine'),
      name: 'alertMachine',
      path: `/alerts/${alerts.onServer}/machine`,
      status: 424,
      code: 'defender.forbidden',
    },
    {
      title: 'refuses our rights to a list',
      faults: error('machines', 403),
      name: 'machines',
      path: '/machines?top=7',
      status: 424,
      code: 'defender.forbidden',
    },
  ])('answer $status when it $title', async ({ faults, ...row }) => {
    stack.emulators.defender.control({ faults });

    const answer = await check(base, row);

    if (row.status === 429) expect(retryAfterOf(answer)).toBeGreaterThan(30);
    if (row.code === 'defender.forbidden') expect(answer.body.detail).toContain('Machine.Read.All');
  });

  it('answer 503, not 429, when it keeps failing, and say when the next try is', async () => {
    stack.emulators.defender.control({ faults: error('machine', 500) });
    const path = `/machines/${machines.server.id}`;
    const row = { name: 'machine', path, ...unavailable };
    for (let failures = 0; failures < 3; failures++) await check(base, row);
    const before = stack.emulators.defender.log().length;

    const answer = await check(base, row);

    expect(stack.emulators.defender.log()).toHaveLength(before);
    expect(retryAfterOf(answer)).toBeLessThanOrEqual(10);
    const { body } = await check(base, { name: 'health', path: '/health', status: 200 });
    expect(body).toMatchObject({ status: 'degraded' });
  });
});

describe('The HTTP routes, when there is no token for Defender', () => {
  let base: string;
  beforeAll(async () => {
    const relay = await Relay.start(stack.emulators.defender.port);
    relay.close();
    base = await appWith({ IDENTITY_ENDPOINT: `http://127.0.0.1:${relay.port}/msi/token` });
  });

  it.each<Row>([
    { name: 'health', path: '/health', status: 200 },
    { name: 'status', path: '/status', status: 200 },
    {
      name: 'ipAlerts',
      path: `/ips/${ips.externalWithoutAlerts}/alerts`,
      status: 503,
      code: 'defender.unavailable',
    },
  ])('answer $name with $status', async (row) => {
    const { body } = await check(base, row);

    if (row.name === 'health') expect(body).toMatchObject({ status: 'degraded' });
  });
});

describe('The HTTP routes, when storage is down', () => {
  let base: string;
  beforeAll(async () => {
    const storage = await relayed('StateStorage', ['BlobEndpoint', 'TableEndpoint']);
    base = await appWith(storage.settings);
    const path = `/ips/${ips.externalWithAlerts}/alerts`;
    await check(base, { name: 'ipAlerts', path, status: 200 });
    storage.cut();
  });

  const unavailable = { status: 503, code: 'storage.unavailable' };
  it.each<Row>([
    {
      name: 'machine',
      path: `/machines/${machines.server.id}`,
      status: 503,
      code: 'defender.unavailable',
    },
    { name: 'machines', path: '/machines', status: 503, code: 'defender.unavailable' },
    { name: 'enrich', path: '/enrich', init: post({ ip: '10.1.2.3' }), ...unavailable },
    { name: 'requestPoll', path: POLL, ...unavailable },
    { name: 'wholeRecord', path: `/results/l_${'0'.repeat(40)}`, ...unavailable },
    { name: 'inventoryLatest', path: '/inventory/latest', ...unavailable },
    { name: 'ipMachines', path: '/ips/127.0.0.1/machines', status: 200 },
    { name: 'ingest', path: '/ingest', init: post({ ip: '10.1.2.3' }), status: 202 },
    { name: 'inventoryRuns', path: '/inventory/runs', init: post(''), status: 202 },
    { name: 'health', path: '/health', status: 503 },
    { name: 'status', path: '/status', status: 200 },
  ])('answer $name with $status', async (row) => {
    const { body } = await check(base, row);

    if (row.name === 'health') {
      const dependencies = body['dependencies'] as readonly { name: string; status: string }[];
      const down = dependencies.filter(({ status }) => status === 'down');
      expect(down).toMatchObject([{ name: 'storage' }]);
    }
    if (row.name === 'status') {
      expect(body).toMatchObject({ endpoints: { machine: null }, lastInventory: null });
      expect(body['unreadable']).toContainEqual({
        part: 'endpoints.machine',
        code: 'quota.unavailable',
      });
    }
  });
});

describe('The HTTP routes, when the broker is down', () => {
  let base: string;
  beforeAll(async () => {
    const broker = await relayed('ServiceBusConnection', ['Endpoint']);
    base = await appWith(broker.settings);
    broker.cut();
  });

  const broker = { status: 503, code: 'messaging.unreachable' };
  it.each<Row>([
    { name: 'health', path: '/health', status: 503 },
    { name: 'status', path: '/status', status: 200 },
    { name: 'ipAlerts', path: `/ips/${ips.externalWithoutAlerts}/alerts`, status: 200 },
    { name: 'ingest', path: '/ingest', init: post({ ip: '10.1.2.3' }), ...broker },
    {
      name: 'enrich',
      path: '/enrich',
      init: post({ ip: '10.1.2.4', waitMs: 0 }),
      ...broker,
    },
    { name: 'requestPoll', path: POLL, status: 404, code: 'request.unknown' },
  ])('answer $name with $status', async (row) => {
    await check(base, row);
  });
});

describe('The HTTP routes, when a token is asked for', () => {
  let base: string;
  beforeAll(async () => {
    base = await appWith({
      HTTP_AUTH: 'entra',
      ENTRA_AUDIENCE: 'api://enricher',
      ENTRA_TENANT_ID: stack.emulators.settings['DEFENDER_TENANT_ID'] ?? '',
    });
  });

  const refused = { status: 401, code: 'auth.tokenRefused' };
  const principal = Buffer.from('{"claims":[{"typ":"roles","val":"Enrichment.Read"}]}');
  it.each<Row & { readonly title: string }>([
    { title: 'no token', name: 'machines', path: '/machines', ...refused },
    {
      title: 'a forged principal',
      name: 'machines',
      path: '/machines',
      ...refused,
      init: { headers: { 'x-ms-client-principal': principal.toString('base64') } },
    },
    {
      title: 'no token for an answer that is there',
      name: 'wholeRecord',
      path: `/results/l_${'0'.repeat(40)}`,
      ...refused,
    },
    {
      title: 'no token for the record of a whole request',
      name: 'wholeRecord',
      path: `/results/r_${'0'.repeat(40)}`,
      ...refused,
    },
    { title: 'no token for health', name: 'health', path: '/health', status: 200 },
    { title: 'a poll id', name: 'requestPoll', path: POLL, status: 404, code: 'request.unknown' },
  ])('answer $status to $title', async (row) => {
    await check(base, row);
  });

  it('answer 401 to each of a flood of bad tokens, and go on working', async () => {
    const init = { headers: { authorization: 'Bearer a.b.c' } };
    const row = { name: 'machines', path: '/machines', init, ...refused };

    await Promise.all(Array.from({ length: 50 }, () => check(base, row)));

    await check(base, { name: 'health', path: '/health', status: 200 });
  });
});
