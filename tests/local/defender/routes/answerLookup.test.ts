import { WELL_KNOWN } from '../../../../local/defender/wellKnown';
import { readError, readIds, SimulatorHarness } from '../SimulatorHarness';

const { machines, sharedName, alerts, files, ips, unknown } = WELL_KNOWN;

describe('answerLookup', () => {
  let harness: SimulatorHarness;
  beforeAll(async () => {
    harness = await SimulatorHarness.start({ throttle: { perMinute: 1_000 } });
  });
  afterEach(() => {
    harness.simulator.control({ reset: true });
  });
  afterAll(async () => {
    await harness.close();
  });

  it.each([
    { path: `alerts/${alerts.onWorkstation}/machine`, id: machines.workstation.id },
    { path: `alerts/${alerts.onServer}/machine`, id: machines.server.id },
    { path: `alerts/${alerts.guid}/machine`, id: machines.server.id },
    { path: `alerts/${alerts.automated.toUpperCase()}/machine`, id: machines.workstation.id },
    { path: `alerts/${alerts.legacy}/machine`, id: machines.workstation.id },
    { path: `machines/${machines.sparse.id}`, id: machines.sparse.id },
    { path: `machines/${machines.server.computerDnsName}`, id: machines.server.id },
    { path: `machines/${sharedName.merged.id}`, id: sharedName.merged.id },
  ])('answers $path with the machine at top level', async ({ path, id }) => {
    const reply = await harness.get(`/api/${path}`);

    expect(reply.status).toBe(200);
    expect(reply.json()).toMatchObject({
      '@odata.context': `${harness.simulator.origin}/api/$metadata#Machines/$entity`,
      id,
    });
    expect(reply.json()).not.toHaveProperty('value');
  });

  it.each([
    {
      path: `machines/${unknown.machineId}`,
      message: `Machine ${unknown.machineId} was not found`,
    },
    { path: `machines/${unknown.host}`, message: `Machine ${unknown.host} was not found` },
    { path: 'machines/findbyip', message: 'Machine findbyip was not found' },
    { path: `alerts/${alerts.unknown}/machine`, message: `Alert ${alerts.unknown} was not found` },
    { path: 'alerts/nonsense/machine', message: 'Alert nonsense was not found' },
    {
      path: `alerts/${alerts.withoutMachine}/machine`,
      message: `Machine of alert ${alerts.withoutMachine} was not found`,
    },
    {
      path: `alerts/${alerts.machineGone}/machine`,
      message: `Machine ${'9'.repeat(40)} was not found`,
    },
    { path: `files/${files.unknown.sha1}`, message: `File ${files.unknown.sha1} was not found` },
    {
      path: `files/${files.unknown.sha256}`,
      message: `File ${files.unknown.sha256} was not found`,
    },
  ])('answers 404 to $path', async ({ path, message }) => {
    const reply = await harness.get(`/api/${path}`);

    expect(reply.status).toBe(404);
    expect(readError(reply)).toMatchObject({ code: 'ResourceNotFound', message });
  });

  it('answers the alerts about an address, without their evidence', async () => {
    const reply = await harness.get(`/api/ips/${ips.externalWithAlerts}/alerts`);

    expect(readIds(reply)).toEqual([alerts.onWorkstation, alerts.onServer]);
    expect(reply.json()).toMatchObject({
      '@odata.context': `${harness.simulator.origin}/api/$metadata#AlertEntitySetName`,
      value: [
        { machineId: machines.workstation.id, evidence: [], mitreTechniques: ['T1055'] },
        { severity: 'High', status: 'New', relatedUser: { userName: 'a.jones' }, domains: [] },
      ],
    });
  });

  it('gives alerts every key in the live order', async () => {
    const reply = await harness.get(`/api/ips/${ips.externalWithAlerts}/alerts`);

    const { value } = reply.json() as { value: object[] }; // shape asserted above
    for (const alert of value) {
      expect(Object.keys(alert).join()).toBe(
        'id,incidentId,investigationId,assignedTo,severity,status,classification,determination,investigationState,detectionSource,detectorId,category,threatFamilyName,title,description,alertCreationTime,firstEventTime,lastEventTime,lastUpdateTime,resolvedTime,machineId,computerDnsName,rbacGroupName,aadTenantId,threatName,mitreTechniques,relatedUser,loggedOnUsers,comments,evidence,domains',
      );
    }
  });

  it('gives machines every key in the live order', async () => {
    const reply = await harness.get(`/api/machines/${machines.workstation.id}`);

    expect(
      Object.keys(reply.json() as object)
        .slice(1)
        .join(),
    ).toBe(
      'id,mergedIntoMachineId,isPotentialDuplication,isExcluded,exclusionReason,computerDnsName,firstSeen,lastSeen,osPlatform,osVersion,osProcessor,version,lastIpAddress,lastExternalIpAddress,agentVersion,osBuild,healthStatus,deviceValue,rbacGroupId,rbacGroupName,riskScore,exposureLevel,isAadJoined,aadDeviceId,machineTags,defenderAvStatus,onboardingStatus,osArchitecture,managedBy,managedByStatus,ipAddresses,vmMetadata',
    );
  });

  it('expands evidence with every key when the service is switched so', async () => {
    const path = `/api/ips/${ips.externalWithAlerts}/alerts?$expand=evidence`;
    const ignored = await harness.get(path);
    harness.simulator.control({ behaviour: { ipAlertsExpand: 'answer' } });
    const expanded = await harness.get(path);

    expect(ignored.json()).toMatchObject({ value: [{ evidence: [] }, { evidence: [] }] });
    const { value } = expanded.json() as { value: { evidence: object[] }[] }; // asserted below
    expect(value[0]?.evidence[0]).toMatchObject({
      entityType: 'File',
      sha1: files.eicar.sha1,
      url: null,
      detectionStatus: 'Prevented',
    });
    expect(Object.keys(value[0]?.evidence[0] ?? {})).toHaveLength(25);
  });

  it.each([
    { ip: ips.externalWithoutAlerts, ids: [] },
    { ip: ips.unknownInternalIpv6, ids: [] },
    { ip: encodeURIComponent(ips.unknownInternalIpv6), ids: [] },
    { ip: machines.workstation.ip, ids: [alerts.onWorkstation] },
  ])('answers the alerts about $ip', async ({ ip, ids }) => {
    expect(readIds(await harness.get(`/api/ips/${ip}/alerts`))).toEqual(ids);
  });

  it.each(['nonsense', '10.1.2', '999.1.1.1', 'fe80::1%25eth0', "10.1.2.3'"])(
    'answers 400 InvalidIpAddress to alerts about %s',
    async (ip) => {
      const reply = await harness.get(`/api/ips/${ip}/alerts`);

      expect(reply.status).toBe(400);
      expect(readError(reply)).toMatchObject({
        code: 'InvalidIpAddress',
        message: `IP address ${decodeURIComponent(ip)} is invalid`,
      });
    },
  );

  it('answers the machines with a file, by SHA-1 in any case', async () => {
    const [lower, upper] = await Promise.all(
      [files.eicar.sha1, files.eicar.sha1.toUpperCase()].map(async (sha1) =>
        readIds(await harness.get(`/api/files/${sha1}/machines`)),
      ),
    );

    expect(lower).toHaveLength(files.eicar.machineCount);
    expect(lower).toContain(machines.workstation.id);
    expect(upper).toEqual(lower);
  });

  it.each([files.unknown.sha1, files.seenNowhere.sha1])(
    'answers 200 without machines for %s',
    async (sha1) => {
      const reply = await harness.get(`/api/files/${sha1}/machines`);

      expect([reply.status, readIds(reply)]).toEqual([200, []]);
    },
  );

  it.each([files.eicar.sha1, files.eicar.sha256.toUpperCase()])('answers file %s', async (hash) => {
    const { machineCount, ...hashes } = files.eicar;
    const reply = await harness.get(`/api/files/${hash}`);

    expect(machineCount).toBeGreaterThan(1);
    expect(reply.json()).toMatchObject({
      '@odata.context': `${harness.simulator.origin}/api/$metadata#Files/$entity`,
      ...hashes,
      determinationType: 'Malware',
    });
    expect(Object.keys(reply.json() as object)).toHaveLength(18);
  });

  it.each([
    `files/${files.eicar.sha256}/machines`,
    `files/${files.eicar.md5}/machines`,
    'files/nonsense/machines',
    `files/${'g'.repeat(40)}/machines`,
    `files/${files.eicar.md5}`,
    'files/nonsense',
  ])('answers 400 InvalidHashValue to %s', async (path) => {
    const reply = await harness.get(`/api/${path}`);

    expect(reply.status).toBe(400);
    expect(readError(reply)).toMatchObject({
      code: 'InvalidHashValue',
      message: `Hash value ${path.split('/')[1] ?? ''} is invalid`,
    });
  });

  it.each([
    { behaviour: { fileByMd5: 'answer' } as const, path: `files/${files.eicar.md5}`, status: 200 },
    {
      behaviour: { fileByMd5: 'answer' } as const,
      path: `files/${files.unknown.md5}`,
      status: 404,
    },
    {
      behaviour: { fileMachinesByOtherHash: 'empty' } as const,
      path: `files/${files.eicar.sha256}/machines`,
      status: 200,
    },
    {
      behaviour: { fileMachinesByOtherHash: 'empty' } as const,
      path: 'files/nonsense/machines',
      status: 400,
    },
    {
      behaviour: { malformedAlertId: 'reject' } as const,
      path: 'alerts/nonsense/machine',
      status: 400,
    },
    {
      behaviour: { malformedAlertId: 'reject' } as const,
      path: `alerts/${alerts.unknown}/machine`,
      status: 404,
    },
  ])('can be switched: $behaviour, $path → $status', async ({ behaviour, path, status }) => {
    harness.simulator.control({ behaviour });

    expect((await harness.get(`/api/${path}`)).status).toBe(status);
  });

  it.each([
    { path: `machines/${machines.workstation.id}`, key: 'discoverySources' },
    { path: `files/${files.eicar.sha1}`, key: 'sha512' },
  ])(
    'adds keys to $path that nobody knows yet when the shape is of the future',
    async ({ path, key }) => {
      harness.simulator.control({ behaviour: { shape: 'future' } });

      expect((await harness.get(`/api/${path}`)).json()).toHaveProperty(key);
    },
  );

  it('adds such keys to lists as well', async () => {
    harness.simulator.control({ behaviour: { shape: 'future' } });

    const [ofAlerts, ofMachines] = [
      await harness.get(`/api/ips/${ips.externalWithAlerts}/alerts`),
      await harness.get('/api/machines?$top=1'),
    ];

    expect(ofAlerts.json()).toHaveProperty('value.0.detectionTags');
    expect(ofMachines.json()).toHaveProperty('value.0.deviceRole');
  });
});
