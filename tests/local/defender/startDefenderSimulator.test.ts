import { createServer } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { startDefenderSimulator } from '../../../local/defender/startDefenderSimulator';
import { WELL_KNOWN } from '../../../local/defender/wellKnown';
import { readError, readToken, RESOURCE, SimulatorHarness } from './SimulatorHarness';

const MACHINE_PATH = `/api/machines/${WELL_KNOWN.machines.workstation.id}`;

describe('startDefenderSimulator', () => {
  let harness: SimulatorHarness;
  beforeEach(async () => {
    harness = await SimulatorHarness.start();
  });
  afterEach(async () => {
    await harness.close();
  });

  describe('routes', () => {
    it.each([
      '/api/machine',
      '/api',
      '/',
      '/api/machines/',
      '/api/files/3395856ce81f2b7382dee72602f798b642f14140/machine',
      '/api/machines/x/y',
      '/api/ips/10.1.2.3/alerts/more',
      '/api/ips/../machines',
      '/api/v2.0/machines',
      '/api/machines%2Fx/alerts',
      '/api/machines/%zz',
    ])('answers 404 without a body to %s', async (path) => {
      const reply = await harness.get(path);

      expect(reply).toMatchObject({ status: 404, text: '' });
      expect(reply.headers['content-length']).toBe('0');
      expect(reply.headers).not.toHaveProperty('content-type');
    });

    it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('answers 404 to %s', async (method) => {
      expect((await harness.send(MACHINE_PATH, { method })).status).toBe(404);
    });

    it.each([
      `/API/Machines/${WELL_KNOWN.machines.workstation.id}`,
      `/api/v1.0/machines/${WELL_KNOWN.machines.workstation.id.toUpperCase()}`,
      `/api/V1.0/MACHINES/${WELL_KNOWN.machines.workstation.computerDnsName}`,
    ])('answers %s', async (path) => {
      expect((await harness.get(path)).json()).toMatchObject({
        id: WELL_KNOWN.machines.workstation.id,
      });
    });
  });

  describe('answers', () => {
    it('carry the live headers, and the date of the clock', async () => {
      const { headers } = await harness.get(MACHINE_PATH);

      expect(headers).toMatchObject({
        'content-type':
          'application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8',
        'odata-version': '4.0',
        'transfer-encoding': 'chunked',
        vary: 'Accept-Encoding',
        'strict-transport-security': 'max-age=15724800; includeSubDomains',
        date: new Date(harness.clock.now()).toUTCString(),
      });
    });

    it.each([
      { accept: 'gzip, deflate, br', encoding: 'deflate', decompress: inflateSync },
      { accept: 'gzip', encoding: 'gzip', decompress: gunzipSync },
      { accept: 'deflate;q=0, gzip;q=0.5', encoding: 'gzip', decompress: gunzipSync },
    ])('are compressed for $accept', async ({ accept, encoding, decompress }) => {
      const plain = await harness.get(MACHINE_PATH);
      const reply = await harness.get(MACHINE_PATH, { headers: { 'accept-encoding': accept } });

      expect(reply.headers['content-encoding']).toBe(encoding);
      expect(decompress(reply.bytes).toString()).toBe(plain.text);
      expect(() => brotliDecompressSync(reply.bytes)).toThrow();
    });

    it.each(['identity', 'br', 'gzip;q=0'])('are plain for %s', async (accept) => {
      const reply = await harness.get(MACHINE_PATH, { headers: { 'accept-encoding': accept } });

      expect(reply.headers).not.toHaveProperty('content-encoding');
    });

    it('name the host that the client asked', async () => {
      const reply = await harness.get(MACHINE_PATH, { headers: { host: 'api-eu.example:8090' } });

      expect(reply.json()).toMatchObject({
        '@odata.context': 'http://api-eu.example:8090/api/$metadata#Machines/$entity',
      });
    });

    it('to errors carry another target each time', async () => {
      const targets = await Promise.all(
        [1, 2].map(async () => readError(await harness.get('/api/machines/nobody')).target),
      );

      expect(new Set(targets).size).toBe(2);
    });
  });

  it('throttles at the published limits unless told otherwise', async () => {
    const statuses: number[] = [];
    for (let call = 0; call < 102; call++) statuses.push((await harness.get(MACHINE_PATH)).status);
    const last = await harness.get(MACHINE_PATH);

    expect(statuses.filter((status) => status === 200)).toHaveLength(100);
    expect(last.status).toBe(429);
    expect(last.headers['retry-after']).toBe('60');
    expect(readError(last).message).toBe(
      'API calls quota exceeded! maximum allowed 100 per 00:01:00',
    );
  });

  it('throttles the application registration and the managed identity apart', async () => {
    harness.simulator.control({ throttle: { perMinute: 1 } });
    const { tenantId, clientId, clientSecret } = harness.simulator.directory;
    const granted = await harness.send(`/${tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      token: null,
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        scope: `${RESOURCE}/.default`,
      }).toString(),
    });
    const token = readToken(granted);

    const statuses = [
      await harness.get(MACHINE_PATH),
      await harness.get(MACHINE_PATH, { token }),
      await harness.get(MACHINE_PATH),
    ].map(({ status }) => status);

    expect(statuses).toEqual([200, 200, 429]);
    expect(harness.simulator.log().map(({ appId }) => appId)).toContain(clientId);
  });

  it('rejects with the listen error if the port is taken', async () => {
    const start = startDefenderSimulator({ port: harness.simulator.port });

    await expect(start).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('refuses settings out of range', async () => {
    const start = startDefenderSimulator({ port: 0, throttle: { perMinute: 0 } });

    await expect(start).rejects.toThrow('perMinute');
  });

  it('closes with calls that were never answered, and frees its port', async () => {
    harness.simulator.control({ faults: [{ endpoint: 'machine', fault: { kind: 'noAnswer' } }] });
    const unanswered = harness.get(MACHINE_PATH);
    const cut = expect(unanswered).rejects.toMatchObject({ code: 'ECONNRESET' });
    await harness.untilArrived('machine');

    await harness.close();
    await harness.close();

    await cut;
    const taken = createServer().listen(harness.simulator.port, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    await new Promise((resolve) => taken.close(resolve));
  });
});
