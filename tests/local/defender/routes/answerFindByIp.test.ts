import { WELL_KNOWN } from '../../../../local/defender/wellKnown';
import { readError, readIds, SimulatorHarness } from '../SimulatorHarness';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const { machines, dhcp, crowd, ips } = WELL_KNOWN;

describe('answerFindByIp', () => {
  let harness: SimulatorHarness;
  let startIso: (offsetMs?: number) => string;
  beforeAll(async () => {
    harness = await SimulatorHarness.start({ throttle: { perMinute: 1_000 } });
    const startAt = harness.clock.now();
    startIso = (offsetMs = 0) => new Date(startAt + offsetMs).toISOString();
  });
  afterEach(() => {
    harness.simulator.control({ reset: true });
  });
  afterAll(async () => {
    await harness.close();
  });

  const path = (ip: string, timestamp = startIso()): string =>
    `/api/machines/findbyip(ip='${ip}',timestamp=${timestamp})`;

  it.each([
    { title: 'an internal address', ip: machines.workstation.ip, ids: [machines.workstation.id] },
    { title: 'an address nobody has', ip: ips.unknownInternal, ids: [] },
    { title: 'an external address', ip: ips.externalWithAlerts, ids: [] },
    { title: 'IPv6', ip: machines.workstation.ipv6, ids: [machines.workstation.id] },
    {
      title: 'IPv6 in another spelling',
      ip: 'FD12:3456:789A:0:0:0:0:17',
      ids: [machines.workstation.id],
    },
  ])('answers $title', async ({ ip, ids }) => {
    const reply = await harness.get(path(ip));

    expect(reply.status).toBe(200);
    expect(readIds(reply)).toEqual(ids);
    expect(reply.json()).toHaveProperty(
      ['@odata.context'],
      `${harness.simulator.origin}/api/$metadata#Machines`,
    );
  });

  it('answers with everyone behind a shared address', async () => {
    expect(readIds(await harness.get(path(crowd.ip)))).toHaveLength(crowd.machineCount);
  });

  it.each([
    { offsetMs: dhcp.former.toOffsetMs + 15 * MINUTE_MS, ids: [dhcp.former.id] },
    { offsetMs: dhcp.former.toOffsetMs + 15 * MINUTE_MS + 1, ids: [] },
    { offsetMs: dhcp.present.fromOffsetMs - 15 * MINUTE_MS - 1, ids: [] },
    { offsetMs: dhcp.present.fromOffsetMs - 15 * MINUTE_MS, ids: [dhcp.present.id] },
    { offsetMs: 0, ids: [dhcp.present.id] },
  ])('finds who had the address 15 minutes around $offsetMs ms', async ({ offsetMs, ids }) => {
    expect(readIds(await harness.get(path(dhcp.ip, startIso(offsetMs))))).toEqual(ids);
  });

  it('still finds machines when the simulator has run for days', async () => {
    harness.clock.jump(2 * DAY_MS);
    harness.forgetToken();

    const reply = await harness.get(path(machines.workstation.ip, harness.iso()));

    expect(readIds(reply)).toEqual([machines.workstation.id]);
  });

  it.each([
    { title: 'percent-encoded', encode: encodeURIComponent },
    {
      title: 'as URL writes it',
      encode: (call: string) => new URL(call, 'http://x').pathname.slice(1),
    },
    { title: 'in another case', encode: (call: string) => call.replace('findbyip', 'FindByIp') },
  ])('reads the function call $title', async ({ encode }) => {
    const call = `findbyip(ip='${machines.server.ip}',timestamp=${startIso()})`;

    expect(readIds(await harness.get(`/api/machines/${encode(call)}`))).toEqual([
      machines.server.id,
    ]);
  });

  it.each([
    { form: 'whole seconds', timestamp: () => startIso(-DAY_MS).replace(/\.\d+/, '') },
    { form: 'six digits', timestamp: () => startIso(-DAY_MS).replace('Z', '123Z') },
    { form: 'an offset', timestamp: () => startIso(-DAY_MS).replace('Z', '%2B00:00') },
  ])('reads a timestamp with $form', async ({ timestamp }) => {
    expect(readIds(await harness.get(path(machines.server.ip, timestamp())))).toEqual([
      machines.server.id,
    ]);
  });

  it.each([
    { title: 'no address', ip: 'nonsense', code: 'InvalidIpAddress' },
    { title: 'an address out of range', ip: '10.1.2.256', code: 'InvalidIpAddress' },
    { title: 'a zone id', ip: 'fe80::1%25eth0', code: 'InvalidIpAddress' },
    { title: 'a doubled quote', ip: "10.1.2.3''", code: 'InvalidIpAddress' },
    { title: 'a single quote', ip: "10.1.2.3' or '1", code: 'ODataError' },
  ])('answers 400 to $title', async ({ ip, code }) => {
    const reply = await harness.get(path(ip).replaceAll(' ', '%20'));

    expect(reply.status).toBe(400);
    expect(readError(reply).code).toBe(code);
  });

  it.each([
    { title: 'just 30 days ago', offsetMs: -30 * DAY_MS, status: 200 },
    { title: 'older', offsetMs: -30 * DAY_MS - 1, status: 400 },
    { title: 'to come', offsetMs: 5 * DAY_MS, status: 400 },
  ])('answers $status to a time that is $title', async ({ offsetMs, status }) => {
    const reply = await harness.get(path(machines.server.ip, harness.iso(offsetMs)));

    expect(reply.status).toBe(status);
  });

  it.each([
    { call: 'findbyip()' },
    { call: "findbyip(ip='10.1.2.3')" },
    { call: 'findbyip(ip=10.1.2.3,timestamp=2026-11-20T00:00:00Z)' },
    { call: "findbyip(ip='10.1.2.3',timestamp='2026-11-20T00:00:00Z')" },
    { call: "findbyip(ip='10.1.2.3',timestamp=2026-11-20)" },
    { call: "findbyip(ip='10.1.2.3',timestamp=2026-11-20T00:00:00)" },
    { call: "findbyip(ip='10.1.2.3',timestamp=2026-11-31T25:00:00Z)" },
    { call: "findbyip(ip='10.1.2.3',timestamp=yesterday)" },
  ])('answers 400 ODataError to $call', async ({ call }) => {
    const reply = await harness.get(`/api/machines/${call}`);

    expect(reply.status).toBe(400);
    expect(readError(reply).code).toBe('ODataError');
  });

  it.each([
    {
      behaviour: { findByIpv6: 'reject' } as const,
      call: () => path(machines.workstation.ipv6),
      status: 400,
    },
    {
      behaviour: { futureTimestamp: 'answer' } as const,
      call: () => path(machines.server.ip, harness.iso(DAY_MS)),
      status: 200,
    },
    {
      behaviour: { timestampOffset: 'reject' } as const,
      call: () => path(machines.server.ip, startIso().replace('Z', '%2B00:00')),
      status: 400,
    },
  ])('can be switched: $behaviour', async ({ behaviour, call, status }) => {
    harness.simulator.control({ behaviour });

    expect((await harness.get(call())).status).toBe(status);
  });
});
