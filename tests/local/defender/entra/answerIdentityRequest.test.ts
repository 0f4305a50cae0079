import { ManagedIdentityCredential } from '@azure/identity';
import {
  type DefenderSimulator,
  startDefenderSimulator,
} from '../../../../local/defender/startDefenderSimulator';
import { WELL_KNOWN } from '../../../../local/defender/wellKnown';
import { readToken, RESOURCE, SimulatorHarness } from '../SimulatorHarness';

describe('answerIdentityRequest', () => {
  let harness: SimulatorHarness;
  beforeAll(async () => {
    harness = await SimulatorHarness.start();
  });
  afterAll(async () => {
    await harness.close();
  });

  it('answers with the fields and types of the Functions host', async () => {
    const reply = await harness.askIdentity();

    expect(reply.status).toBe(200);
    expect(reply.json()).toEqual({
      access_token: readToken(reply),
      client_id: harness.simulator.directory.managedIdentityClientId,
      expires_on: String(harness.clock.now() / 1_000 + 3_600),
      resource: RESOURCE,
      token_type: 'Bearer',
    });
  });

  it('answers for the client id of the identity', async () => {
    const { managedIdentityClientId } = harness.simulator.directory;

    expect((await harness.askIdentity({ client_id: managedIdentityClientId })).status).toBe(200);
  });

  it.each([
    { title: 'another client id', parameters: { client_id: 'other' }, status: 400 },
    { title: 'an unknown resource', parameters: { resource: 'https://example.com' }, status: 400 },
    { title: 'no resource', parameters: { resource: '' }, status: 400 },
    { title: 'another api version', parameters: { 'api-version': '2018-02-01' }, status: 400 },
  ])('refuses $title', async ({ parameters, status }) => {
    const reply = await harness.askIdentity(parameters);

    expect(reply.status).toBe(status);
    expect(reply.json()).not.toHaveProperty('access_token');
  });

  it('refuses a caller without the header', async () => {
    expect((await harness.askIdentity({}, 'guess')).status).toBe(401);
  });
});

describe('answerIdentityRequest, asked by @azure/identity', () => {
  let simulator: DefenderSimulator;
  beforeAll(async () => {
    simulator = await startDefenderSimulator({ port: 0 });
    process.env['IDENTITY_ENDPOINT'] = simulator.identityEndpoint;
    process.env['IDENTITY_HEADER'] = simulator.identityHeader;
  });
  afterAll(async () => {
    delete process.env['IDENTITY_ENDPOINT'];
    delete process.env['IDENTITY_HEADER'];
    await simulator.close();
  });

  it('yields a token that the API accepts', async () => {
    const credential = new ManagedIdentityCredential();

    const { token, expiresOnTimestamp } = await credential.getToken(`${RESOURCE}/.default`);

    const response = await fetch(
      `${simulator.origin}/api/machines/${WELL_KNOWN.machines.workstation.id}`,
      { headers: { authorization: `Bearer ${token}` } },
    );
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ id: WELL_KNOWN.machines.workstation.id });
    const lifetimeMs = expiresOnTimestamp - Date.now();
    expect(lifetimeMs).toBeGreaterThan(3_500_000);
    expect(lifetimeMs).toBeLessThanOrEqual(3_601_000);
  });
});
