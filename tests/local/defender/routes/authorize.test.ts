import { WELL_KNOWN } from '../../../../local/defender/wellKnown';
import { readError, RESOURCE, SimulatorHarness } from '../SimulatorHarness';

const MACHINE_PATH = `/api/machines/${WELL_KNOWN.machines.workstation.id}`;
const NOT_A_TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJ4In0.c2lnbmF0dXJl';

describe('authorize', () => {
  let harness: SimulatorHarness;
  beforeEach(async () => {
    harness = await SimulatorHarness.start();
  });
  afterEach(async () => {
    await harness.close();
  });

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
    harness.clock.jump(3_599_000);
    const before = await harness.get(MACHINE_PATH, { token });
    harness.clock.jump(1_000);
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
      findByIp: `/api/machines/findbyip(ip='${machines.server.ip}',timestamp=${harness.iso()})`,
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
