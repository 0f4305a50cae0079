import { resolve } from 'node:path';
import type * as AppContextModule from '../../functions/appContext';
import { FREE_PORTS, startEmulators, type Emulators } from '../../local/start/startEmulators';
import type * as PlatformCredential from '../../shared/identity/createPlatformCredential';
import type * as QueueDepths from '../../shared/messaging/createQueueDepths';
import { startTestServer, type TestServer } from '../shared/http/startTestServer';

const ROOT = resolve(__dirname, '..', '..');
/** A namespace that the SDK would ask for its depths. */
const NOWHERE = {
  serviceBusConnectionString:
    'Endpoint=sb://127.0.0.1:9;SharedAccessKeyName=Root;SharedAccessKey=key',
};
const LIST = { filter: null, top: 1, skip: 0, maxAgeMs: null };
const NO_PROXY = ['NO_PROXY', 'no_proxy'];
/** All at once: whichever a library reads, it finds the proxy. */
const VARIABLES = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'http_proxy',
  'https_proxy',
  'all_proxy',
];

/** Libraries read the environment once, so each app gets its own copy of them. */
async function loadAnew() {
  jest.resetModules();
  const load = (path: string): Promise<unknown> => import(resolve(ROOT, path));
  const { appContext } = (await load('functions/appContext')) as typeof AppContextModule;
  if (!appContext.ok) throw new Error('The settings cannot be used');
  const identity = await load('shared/identity/createPlatformCredential');
  const messaging = await load('shared/messaging/createQueueDepths');
  return {
    app: appContext.context,
    ...(identity as typeof PlatformCredential),
    ...(messaging as typeof QueueDepths),
  };
}

describe('A proxy in the environment', () => {
  const environment = { ...process.env };
  let emulators: Emulators;
  let proxy: TestServer;
  beforeAll(async () => {
    emulators = await startEmulators({ ports: FREE_PORTS });
    proxy = await startTestServer((_request, response) => response.writeHead(502).end());
  });
  afterEach(() => {
    process.env = { ...environment };
  });
  afterAll(async () => {
    await proxy.close();
    await emulators.close();
  });

  it('gets nothing of what the app sends to storage, broker, identity and Defender', async () => {
    for (const exempt of NO_PROXY) Reflect.deleteProperty(process.env, exempt);
    const named = Object.fromEntries(VARIABLES.map((name) => [name, proxy.origin]));
    Object.assign(process.env, emulators.settings, named);
    const { app, createPlatformCredential, createQueueDepths } = await loadAnew();
    const { config, transport } = app;

    const [page, { warnings }, token] = await Promise.all([
      app.machineList.page({ ...LIST, receivedAt: Date.now() }),
      app.status.read(),
      createPlatformCredential('Production', null).getToken(config.defender.tokenScope),
      createQueueDepths({ config, secrets: NOWHERE, transport })
        .read('lookups')
        .catch(() => null),
    ]);
    const { dependencies } = await app.health.check();
    await app.close();

    expect(dependencies.map(({ name, code }) => [name, code])).toEqual([
      ['storage', null],
      ['broker', null],
      ['token', null],
      ['defender', null],
      ['quota', null],
    ]);
    expect(page.outcome).toBe('answered');
    expect(token).not.toBeNull();
    expect(proxy.connections()).toBe(0);
    expect(warnings).toEqual([
      `${VARIABLES.join(', ')} not used: this app asks its services without a proxy`,
    ]);
  });
});
