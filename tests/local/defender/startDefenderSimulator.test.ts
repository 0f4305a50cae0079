import { createServer } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { startDefenderSimulator } from '../../../local/defender/startDefenderSimulator';
import { WELL_KNOWN } from '../../../local/defender/wellKnown';
import { readError, readToken, RESOURCE, SimulatorHarness } from './SimulatorHarness';

const MACHINE_PATH = `/api/machines/${WELL_KNOWN.machines.workstation.id}`;
const NOT_A_TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJ4In0.c2lnbmF0dXJl';

describe('startDefenderSimulator', () => {
  let harness: SimulatorHarness;
  beforeEach(async () => {
    harness = await SimulatorHarness.start();
  });
  afterEach(async () => {
    await harness.close();
  });

  describe('checks', () => {
    it.each([
      { title: 'no token', headers: {} },
      { title: 'another scheme', headers: { authorization: 'Basic eHg6eHg=' } },
      { title: 'an empty token', headers: { authorization: 'Bearer ' } },
      { title: 'a token of somebody else', headers: { authorization: `Bearer ${NOT_A_TOKEN}` } },
      { title: 'no JWT', headers: { authorization: 'Bearer x' } },
    ])('answers 401 to $title', async ({ headers }) => {
      const reply = await harness.get(MACHINE_PATH, { token: null, headers });

      expect(reply.status).toBe(401);
      expect(readError(reply).code).toBe('Unauthorized');
    });

    it('answers 401 to a token whose claims were changed', async () => {
      const [header = '', payload = '', signature = ''] = (await harness.freshToken()).split('.');
      const claims = Buffer.from(payload, 'base64url')
        .toString()
        .replace('Machine.Read', 'Machine.Rule');
      const forged = [header, Buffer.from(claims).toString('base64url'), signature].join('.');

      expect((await harness.get(MACHINE_PATH, { token: forged })).status).toBe(401);
    });

    it('honours the expiry of a token to the second', async () => {
      const token = await harness.freshToken();
      harness.clock.advance(3_599_000);
      const before = await harness.get(MACHINE_PATH, { token });
      harness.clock.advance(1_000);
      const after = await harness.get(MACHINE_PATH, { token });

      expect([before.status, after.status]).toEqual([200, 401]);
    });

    it('refuses revoked tokens until a new one is fetched', async () => {
      const token = await harness.freshToken();
      harness.simulator.control({ revokeTokens: true });

      const revoked = await harness.get(MACHINE_PATH, { token });
      const refreshed = await harness.get(MACHINE_PATH);

      expect([revoked.status, refreshed.status]).toEqual([401, 200]);
    });

    it.each([
      'https://api.security.microsoft.com',
      'https://graph.microsoft.com',
      'https://userrequestsgraphapi-prd.trafficmanager.net',
    ])('answers 403 to a token for %s', async (resource) => {
      const reply = await harness.get(MACHINE_PATH, { token: await harness.freshToken(resource) });

      expect(reply.status).toBe(403);
    });

    it.each([
      `${RESOURCE}/`,
      'https://securitycenter.onmicrosoft.com/windowsatpservice',
      'https://api-gov.securitycenter.microsoft.us',
    ])('accepts a token for %s', async (resource) => {
      const reply = await harness.get(MACHINE_PATH, { token: await harness.freshToken(resource) });

      expect(reply.status).toBe(200);
    });

    it.each([
      { tenant: 'accountInactive', reason: 'Account mode is inactive' },
      { tenant: 'noTvmLicense', reason: 'No Tvm license' },
    ] as const)('answers 401 for a tenant in state $tenant', async ({ tenant, reason }) => {
      harness.simulator.control({ behaviour: { tenant } });

      const reply = await harness.get(MACHINE_PATH);

      expect(reply.status).toBe(401);
      expect(readError(reply).message).toBe(`Unauthorized request - reason of failure: ${reason}`);
    });

    it('names the required and the held roles in a 403', async () => {
      harness.simulator.control({ directory: { roles: ['Alert.ReadWrite.All'] } });

      const reply = await harness.get(MACHINE_PATH);

      expect(reply.status).toBe(403);
      expect(readError(reply)).toMatchObject({
        code: 'Forbidden',
        message:
          'Missing application roles. API required roles: Machine.Read.All,Machine.ReadWrite.All, application roles: Alert.ReadWrite.All.',
      });
    });

    it('knows the older wording of a 403', async () => {
      harness.simulator.control({
        directory: { roles: [] },
        behaviour: { missingRolesText: 'older' },
      });

      expect(readError(await harness.get(MACHINE_PATH)).message).toBe(
        'The application does not have any of the required application permissions (Machine.Read.All, Machine.ReadWrite.All) to access the resource.',
      );
    });

    it.each([
      {
        role: 'Machine.Read.All',
        allowed: ['findByIp', 'machines', 'alertMachine', 'fileMachines', 'machine'],
      },
      {
        role: 'Machine.ReadWrite.All',
        allowed: ['findByIp', 'machines', 'alertMachine', 'fileMachines', 'machine'],
      },
      { role: 'Alert.Read.All', allowed: ['ipAlerts'] },
      { role: 'Alert.ReadWrite.All', allowed: ['ipAlerts'] },
      { role: 'File.Read.All', allowed: ['file'] },
      { role: 'Ip.Read.All', allowed: [] },
    ])('lets $role call $allowed', async ({ role, allowed }) => {
      harness.simulator.control({ directory: { roles: [role] } });
      const { machines, alerts, files, ips } = WELL_KNOWN;
      const paths = {
        findByIp: `/api/machines/findbyip(ip='${machines.server.ip}',timestamp=${harness.clock.iso()})`,
        ipAlerts: `/api/ips/${ips.externalWithAlerts}/alerts`,
        machines: '/api/machines?$top=1',
        alertMachine: `/api/alerts/${alerts.onServer}/machine`,
        fileMachines: `/api/files/${files.eicar.sha1}/machines`,
        file: `/api/files/${files.eicar.sha1}`,
        machine: MACHINE_PATH,
      };

      const statuses = await Promise.all(
        Object.entries(paths).map(async ([name, path]) => [name, (await harness.get(path)).status]),
      );

      expect(statuses).toEqual(
        Object.keys(paths).map((name) => [name, allowed.includes(name) ? 200 : 403]),
      );
    });

    it('checks the token, the audience, the tenant, the roles, the quota and the request, in this order', async () => {
      harness.simulator.control({ throttle: { perMinute: 1 } });
      const bad = '/api/ips/nonsense/alerts';
      const statuses: number[] = [(await harness.get(bad)).status, (await harness.get(bad)).status];
      harness.simulator.control({ directory: { roles: [] } });
      harness.forgetToken();
      statuses.push((await harness.get(bad)).status);
      harness.simulator.control({ behaviour: { tenant: 'accountInactive' } });
      statuses.push((await harness.get(bad)).status);
      const foreign = await harness.freshToken('https://graph.microsoft.com');
      statuses.push((await harness.get(bad, { token: foreign })).status);
      statuses.push((await harness.get(bad, { token: null })).status);

      expect(statuses).toEqual([400, 429, 403, 401, 403, 401]);
    });

    it('does not count refused calls in the quota', async () => {
      harness.simulator.control({ throttle: { perMinute: 1 } });
      await harness.get(MACHINE_PATH, { token: null });

      expect((await harness.get(MACHINE_PATH)).status).toBe(200);
    });
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
