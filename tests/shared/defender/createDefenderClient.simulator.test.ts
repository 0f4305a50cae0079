import {
  type DefenderSimulator,
  startDefenderSimulator,
} from '../../../local/defender/startDefenderSimulator';
import { WELL_KNOWN } from '../../../local/defender/wellKnown';
import type { Clock } from '../../../shared/clock/Clock';
import { systemClock } from '../../../shared/clock/systemClock';
import { createDefenderClient } from '../../../shared/defender/createDefenderClient';
import type { DefenderClient } from '../../../shared/defender/DefenderClient';
import type { DefenderQuery } from '../../../shared/defender/DefenderQuery';
import { createHttpTransport } from '../../../shared/http/createHttpTransport';
import { createFetchToken } from '../../../shared/identity/createFetchToken';
import { createTokenSource } from '../../../shared/identity/createTokenSource';
import { AlertId } from '../../../shared/indicators/AlertId';
import { FileHash } from '../../../shared/indicators/FileHash';
import { MachineId } from '../../../shared/indicators/MachineId';
import { ip, valid } from './queries';

const { machines, files, alerts, ips, unknown, ambiguousName, sharedAddress } = WELL_KNOWN;

let simulator: DefenderSimulator;
const transport = createHttpTransport();
const environment = { ...process.env };

/** A client with nothing cached, that gets its token from the simulated identity endpoint of Functions. */
function newClient(clock: Clock = systemClock): DefenderClient {
  const fetchToken = createFetchToken({
    defender: {
      tenantId: simulator.directory.tenantId,
      authorityHost: 'https://login.microsoftonline.com',
      tokenScope: 'https://api.securitycenter.microsoft.com/.default',
      auth: {
        mode: 'managedIdentity',
        clientId: null,
        identityClientId: null,
        certificatePath: null,
      },
    },
    clientSecret: null,
  });
  return createDefenderClient({
    apiBaseUrl: simulator.origin,
    transport,
    tokens: createTokenSource({ fetchToken, clock }),
    clock: systemClock,
  });
}

beforeAll(async () => {
  simulator = await startDefenderSimulator({ port: 0 });
  process.env['IDENTITY_ENDPOINT'] = simulator.identityEndpoint;
  process.env['IDENTITY_HEADER'] = simulator.identityHeader;
});

beforeEach(() => {
  simulator.control({ reset: true });
});

afterAll(async () => {
  process.env = environment;
  transport.close();
  await simulator.close();
});

const hash = (text: string) => valid(FileHash.parse(text));
const alertId = (text: string) => valid(AlertId.parse(text));
const machineId = (text: string) => valid(MachineId.parse(text));
const workstation: DefenderQuery = {
  endpoint: 'machine',
  id: machineId(machines.workstation.id),
};

const listed = (property: 'computerDnsName' | 'aadDeviceId', value: string): DefenderQuery => ({
  endpoint: 'machines',
  filter: { op: 'eq', property, value },
  top: 100,
  skip: 0,
});

describe('DefenderClient against the simulator', () => {
  const { id } = machines.workstation;

  it.each<{ what: string; query: DefenderQuery; found: string[] }>([
    {
      what: 'machines by address',
      query: { endpoint: 'findByIp', ip: ip(machines.workstation.ip), at: Date.now() - 3_600_000 },
      found: [id],
    },
    {
      what: 'machines by IPv6 address',
      query: { endpoint: 'findByIp', ip: ip(machines.workstation.ipv6), at: Date.now() - 60_000 },
      found: [id],
    },
    {
      what: 'machines by name',
      query: {
        endpoint: 'machines',
        filter: {
          op: 'or',
          operands: [
            { op: 'eq', property: 'computerDnsName', value: 'desktop-17' },
            { op: 'startswith', property: 'computerDnsName', value: 'desktop-17.' },
          ],
        },
        top: 100,
        skip: 0,
      },
      found: [id],
    },
    {
      what: "an alert's machine",
      query: { endpoint: 'alertMachine', alertId: alertId(alerts.onWorkstation) },
      found: [id],
    },
    { what: 'a machine by id', query: workstation, found: [id] },
    {
      what: 'the phone whose name has an apostrophe, brackets and an umlaut',
      query: listed('computerDnsName', machines.phone.computerDnsName),
      found: [machines.phone.id],
    },
    {
      what: 'the machine that Entra knows by another id',
      query: listed('aadDeviceId', machines.phone.aadDeviceId),
      found: [machines.phone.id],
    },
  ])('finds $what', async ({ query, found }) => {
    const answer = await newClient().call(query);

    expect(answer.machines.map((machine) => machine.id)).toEqual(found);
  });

  it("finds a file's machines, the file itself, and an address's alerts", async () => {
    const client = newClient();

    const seenOn = await client.call({ endpoint: 'fileMachines', sha1: hash(files.eicar.sha1) });
    const { file } = await client.call({ endpoint: 'file', hash: hash(files.eicar.sha256) });
    const named = await client.call({ endpoint: 'ipAlerts', ip: ip(ips.externalWithAlerts) });

    expect(seenOn.machines).toHaveLength(files.eicar.machineCount);
    expect(file?.sha1).toBe(files.eicar.sha1);
    expect(named.alerts).toHaveLength(2);
  });

  it.each<{ what: string; query: DefenderQuery; status: 200 | 404 }>([
    {
      what: 'address',
      query: { endpoint: 'findByIp', ip: ip(ips.unknownInternal), at: Date.now() - 60_000 },
      status: 200,
    },
    {
      what: 'address of alerts',
      query: { endpoint: 'ipAlerts', ip: ip(ips.externalWithoutAlerts) },
      status: 200,
    },
    {
      what: "file's machines",
      query: { endpoint: 'fileMachines', sha1: hash(files.unknown.sha1) },
      status: 200,
    },
    { what: 'file', query: { endpoint: 'file', hash: hash(files.unknown.sha1) }, status: 404 },
    {
      what: 'alert',
      query: { endpoint: 'alertMachine', alertId: alertId(alerts.unknown) },
      status: 404,
    },
    {
      what: 'machine',
      query: { endpoint: 'machine', id: machineId(unknown.machineId) },
      status: 404,
    },
  ])('has an empty answer for an unknown $what', async ({ query, status }) => {
    const answer = await newClient().call(query);

    expect(answer).toMatchObject({ status, machines: [], alerts: [], file: null });
  });

  it('says of every list of machines that is cut short that there is more', async () => {
    simulator.control({ behaviour: { pageCap: 1 } });
    const client = newClient();
    const shared = listed('computerDnsName', ambiguousName.computerDnsName);

    const lists = [
      await client.call({ ...shared, count: true } as DefenderQuery),
      await client.call({ endpoint: 'fileMachines', sha1: hash(files.eicar.sha1) }),
      await client.call({
        endpoint: 'findByIp',
        ip: ip(sharedAddress.ip),
        at: Date.now() - 60_000,
      }),
    ];

    expect(
      lists.map(({ machines: { length }, list }) => [length, list?.total, list?.hasNext]),
    ).toEqual([
      [1, 2, false],
      [1, null, true],
      [1, null, true],
    ]);
  });

  it('notes a status that is not as documented, in lists and singly', async () => {
    simulator.control({ behaviour: { statusMistyped: [id] } });
    const client = newClient();

    const answers = [
      await client.call(workstation),
      await client.call(listed('computerDnsName', machines.workstation.computerDnsName)),
    ];

    expect(answers.map(({ list }) => list?.unclearAt)).toEqual([[0], [0]]);
  });

  it('hands on another record than was asked for', async () => {
    simulator.control({ behaviour: { mistaken: { [id]: machines.server.id } } });
    const client = newClient();

    const answers = [
      await client.call(workstation),
      await client.call(listed('computerDnsName', machines.workstation.computerDnsName)),
    ];

    expect(answers.map((answer) => answer.machines[0]?.id)).toEqual([
      machines.server.id,
      machines.server.id,
    ]);
  });

  it('brings a new token after a 401', async () => {
    const client = newClient();
    await client.call(workstation);
    simulator.control({ revokeTokens: true });

    await expect(client.call(workstation)).rejects.toMatchObject({ code: 'defender.unauthorized' });
    const answer = await client.call(workstation);

    expect(answer.status).toBe(200);
  });

  it('notices a role that is granted after a 403, with the next call a minute later', async () => {
    let passedMs = 0;
    const now = () => systemClock.now() + passedMs;
    const client = newClient({ ...systemClock, now });
    simulator.control({ directory: { roles: ['Alert.Read.All'] } });
    const call = async () => {
      await client.prepare();
      return client.call(workstation);
    };
    await expect(call()).rejects.toMatchObject({ code: 'defender.forbidden' });
    simulator.control({ directory: { roles: ['Machine.Read.All'] } });

    await expect(call()).rejects.toMatchObject({ code: 'defender.forbidden' });
    passedMs = 60_000;
    const answer = await call();

    expect(answer.machines).toHaveLength(1);
  });

  it('tells an inactive account from a bad token', async () => {
    simulator.control({ behaviour: { tenant: 'accountInactive' } });

    await expect(newClient().call(workstation)).rejects.toThrow('Account mode is inactive');
  });

  it.each(['current', 'older'] as const)(
    'names the missing roles in the %s wording',
    async (missingRolesText) => {
      simulator.control({
        directory: { roles: ['Alert.Read.All'] },
        behaviour: { missingRolesText },
      });

      await expect(newClient().call(workstation)).rejects.toMatchObject({
        code: 'defender.forbidden',
        requiredRoles: ['Machine.Read.All', 'Machine.ReadWrite.All'],
        correlationId: expect.any(String) as string,
      });
    },
  );

  it('hands on the wait of a 429', async () => {
    simulator.control({ throttle: { perMinute: 1 } });
    const client = newClient();
    await client.call(workstation);

    const error: unknown = await client.call(workstation).catch((reason: unknown) => reason);

    expect(error).toMatchObject({ code: 'defender.throttled' });
    const { retryAfterMs } = error as { retryAfterMs: number }; // asserted by the next line
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  it('is refused for a time out of reach', async () => {
    const query = {
      endpoint: 'findByIp',
      ip: ip(machines.workstation.ip),
      at: Date.now() - 31 * 86_400_000,
    } as const;

    await expect(newClient().call(query)).rejects.toMatchObject({ code: 'defender.rejected' });
  });

  it.each([
    { kind: 'error', status: 500 },
    { kind: 'error', status: 503, retryAfterSeconds: 1 },
    { kind: 'disconnect' },
    { kind: 'truncated' },
    { kind: 'body' },
    { kind: 'body', body: '' },
    { kind: 'body', status: 404, body: '' },
    { kind: 'body', contentType: 'application/json', body: '{"value":"none"}' },
    { kind: 'gzipBomb', megabytes: 80 },
    { kind: 'redirect', location: 'https://evil.example/' },
  ] as const)('is unavailable, after one request, for $kind $status', async (fault) => {
    simulator.control({ faults: [{ endpoint: 'machine', fault, times: 'always' }] });

    await expect(newClient().call(workstation)).rejects.toMatchObject({
      code: 'defender.unavailable',
    });
    const asked = simulator.log().filter(({ endpoint }) => endpoint === 'machine');
    expect(asked).toHaveLength(1);
  });

  it('reads the shapes of tomorrow', async () => {
    simulator.control({ behaviour: { shape: 'future' } });

    const answer = await newClient().call(workstation);

    expect(answer.machines[0]?.id).toBe(id);
  });
});
