import { isIP } from 'node:net';
import { sparseMachine } from '../../../../local/defender/entities/Machine';
import { createFleet } from '../../../../local/defender/fleet/createFleet';
import type { Fleet } from '../../../../local/defender/fleet/Fleet';
import { WELL_KNOWN } from '../../../../local/defender/wellKnown';

const HOUR_MS = 3_600_000;
const startAt = Date.UTC(2026, 10, 21, 8, 15, 3);
const create = (machines: number, seed = 1): Fleet =>
  createFleet({ seed, machines, startAt, tenantId: 't' });
const idsAt = (fleet: Fleet, ip: string, offsetMs = 0): string[] =>
  fleet
    .machinesSeen(ip, { fromAt: startAt + offsetMs, toAt: startAt + offsetMs })
    .map(({ id }) => id);

describe('createFleet', () => {
  it('depends on its arguments alone', () => {
    const [once, again, otherSeed] = [create(300), create(300), create(300, 2)];

    expect(once.machines).toEqual(again.machines);
    expect(otherSeed.machines).not.toEqual(once.machines);
  });

  it('gives the same machine in a fleet of any size', () => {
    const large = create(1_500);

    for (const machine of create(100).machines) expect(large.machine(machine.id)).toEqual(machine);
  });

  it.each([{ machines: 100 }, { machines: 250 }, { machines: 3_001 }])(
    'has exactly $machines machines, each listed once',
    ({ machines }) => {
      const listed = create(machines).machines;

      expect(new Set(listed.map(({ id }) => id)).size).toBe(machines);
      expect(listed).toHaveLength(machines);
    },
  );

  it('lists in an arbitrary order: neither by id, by name nor by time', () => {
    const { machines } = create(250);

    for (const key of ['id', 'computerDnsName', 'lastSeen'] as const) {
      const values = machines.flatMap((machine) => machine[key] ?? []);
      expect(values).not.toEqual([...values].sort());
      expect(values).not.toEqual([...values].sort().reverse());
    }
  });

  it('gives every machine every key, in the live order', () => {
    const keys = Object.keys(sparseMachine(''));

    for (const machine of create(300).machines) {
      expect(Object.keys(machine)).toEqual(keys);
      expect(machine.id).toMatch(/^[\da-f]{40}$/);
    }
  });

  it('gives every machine addresses that are none of somebody else’s text', () => {
    const { machines } = create(300);

    const addresses = machines.flatMap(({ ipAddresses }) => ipAddresses ?? []);
    expect(addresses.filter(({ ipAddress }) => isIP(ipAddress) === 0)).toEqual([]);
    expect(
      addresses.filter(({ macAddress }) => !/^[\dA-F]{12}$/.test(macAddress ?? '0'.repeat(12))),
    ).toEqual([]);
  });

  it('has all the irregularities of a real tenant in a fleet of default size', () => {
    const wellKnown = create(1);
    const generated = create(250).machines.filter(({ id }) => !wellKnown.machine(id));
    const names = generated.flatMap(({ computerDnsName }) => computerDnsName ?? []);

    const found = {
      discovered: generated.some(({ onboardingStatus }) => onboardingStatus === 'CanBeOnboarded'),
      merged: generated.some(({ mergedIntoMachineId }) => mergedIntoMachineId !== null),
      sparse: generated.some(({ lastSeen }) => lastSeen === null),
      inactive: generated.some(({ healthStatus }) => healthStatus === 'Inactive'),
      sameName: new Set(names).size < names.length,
      virtualMachine: generated.some(({ vmMetadata }) => vmMetadata !== null),
      ipv6: generated.some(({ ipAddresses }) =>
        ipAddresses?.some(({ ipAddress }) => ipAddress.startsWith('fd00:')),
      ),
      tagged: generated.some(({ machineTags }) => machineTags.length > 1),
    };

    expect(Object.entries(found).filter(([, present]) => !present)).toEqual([]);
  });

  it('merges records into machines that exist, into some that were merged themselves, and into some that are gone', () => {
    const fleet = create(1_000);
    const targets = fleet.machines
      .flatMap(({ mergedIntoMachineId }) => mergedIntoMachineId ?? [])
      .map((id) => fleet.machine(id));

    const [gone, there] = [
      targets.filter((target) => target === undefined),
      targets.filter((target) => target !== undefined),
    ];

    expect(there.length).toBeGreaterThan(10);
    expect(there.filter((target) => target.mergedIntoMachineId !== null)).not.toEqual([]);
    expect(gone.length).toBeGreaterThan(1);
    expect(gone.length).toBeLessThan(there.length / 2);
  });

  it('lets generated addresses change hands', () => {
    const fleet = create(250);
    const reused = fleet.machines.flatMap(({ lastIpAddress: ip }) =>
      ip !== null && idsAt(fleet, ip, -24 * HOUR_MS).some((id) => !idsAt(fleet, ip).includes(id))
        ? [ip]
        : [],
    );

    expect(reused.length).toBeGreaterThanOrEqual(3);
  });

  it('puts several machines behind a shared address', () => {
    expect(idsAt(create(250), '10.127.0.1').length).toBeGreaterThanOrEqual(3);
  });

  it('has alerts and files that reference generated machines', () => {
    const fleet = create(250);

    const alerts = fleet.machines.flatMap(({ lastIpAddress }) =>
      lastIpAddress ? fleet.alertsNaming(lastIpAddress) : [],
    );

    expect(alerts.length).toBeGreaterThan(50);
    for (const alert of alerts) {
      expect(alert.id).toMatch(/^da\d{18}_-?\d+$/);
      expect(fleet.machine(alert.machineId ?? '')).toBeDefined();
    }
    expect(fleet.sizes).toEqual({
      machines: 250,
      alerts: expect.any(Number) as number,
      files: expect.any(Number) as number,
    });
    expect(fleet.sizes.files).toBeGreaterThan(50);
  });
});

describe('WELL_KNOWN', () => {
  const { machines, sharedName, ambiguousName, sharedAddress, onboardedTwice, merges } = WELL_KNOWN;
  const { dhcp, crowd, ips, files, alerts, unknown } = WELL_KNOWN;

  describe.each([{ size: 1 }, { size: 5_000 }])(
    'in a fleet asked for with $size machines',
    ({ size }) => {
      const fleet = create(size, size);

      it.each(Object.entries(machines))('has machine %s', (_, described) => {
        expect(fleet.machine(described.id)).toMatchObject({
          id: described.id,
          ...('computerDnsName' in described && { computerDnsName: described.computerDnsName }),
        });
      });

      it.each([
        { ip: machines.workstation.ip, ids: [machines.workstation.id] },
        { ip: machines.workstation.ipv6.toUpperCase(), ids: [machines.workstation.id] },
        { ip: machines.server.ip, ids: [machines.server.id] },
        { ip: machines.discovered.ip, ids: [machines.discovered.id] },
        { ip: machines.seenThreeDaysAgo.ip, ids: [] },
        { ip: machines.seenTwentyDaysAgo.ip, ids: [] },
        { ip: ips.unknownInternal, ids: [] },
        { ip: ips.unknownInternalIpv6, ids: [] },
        { ip: ips.externalWithAlerts, ids: [] },
      ])('knows who has $ip', ({ ip, ids }) => {
        expect(idsAt(fleet, ip)).toEqual(ids);
        expect(idsAt(fleet, ip, 48 * HOUR_MS)).toEqual(ids);
      });

      it('has the DHCP pair, one after the other', () => {
        expect(idsAt(fleet, dhcp.ip, dhcp.former.atOffsetMs)).toEqual([dhcp.former.id]);
        expect(idsAt(fleet, dhcp.ip, dhcp.nobodyAtOffsetMs)).toEqual([]);
        expect(idsAt(fleet, dhcp.ip, dhcp.present.atOffsetMs)).toEqual([dhcp.present.id]);
        expect(idsAt(fleet, dhcp.ip)).toEqual([dhcp.present.id]);
      });

      it('keeps the last address of machines that left', () => {
        for (const stale of [machines.seenThreeDaysAgo, machines.seenTwentyDaysAgo]) {
          const machine = fleet.machine(stale.id);
          expect(machine?.lastIpAddress).toBe(stale.ip);
          expect(Date.parse(machine?.lastSeen ?? '')).toBe(startAt + stale.lastSeenOffsetMs);
        }
      });

      it('has the crowd, larger than 192 KB', () => {
        const seen = fleet.machinesSeen(crowd.ip, { fromAt: startAt, toAt: startAt });

        expect(seen).toHaveLength(crowd.machineCount);
        expect(JSON.stringify(seen).length).toBeGreaterThan(200 * 1_024);
      });

      it('has the three records of one name and the two machines of the other', () => {
        const shared = fleet.machinesNamed(sharedName.computerDnsName.toUpperCase());

        expect(shared.map(({ id }) => id)).toEqual([
          sharedName.live.id,
          sharedName.inactive.id,
          sharedName.merged.id,
        ]);
        expect(shared[2]?.mergedIntoMachineId).toBe(sharedName.live.id);
        expect(fleet.machinesNamed(ambiguousName.computerDnsName).map(({ id }) => id)).toEqual(
          ambiguousName.ids,
        );
      });

      it('has the address of two devices, and that of one device with two records', () => {
        const { onboarded, discovered } = sharedAddress;
        expect(idsAt(fleet, sharedAddress.ip)).toEqual([onboarded.id, discovered.id]);
        expect(idsAt(fleet, onboardedTwice.ip)).toEqual([
          onboardedTwice.onboarded.id,
          onboardedTwice.discovered.id,
        ]);
        expect(fleet.machine(discovered.id)?.onboardingStatus).toBe('CanBeOnboarded');
      });

      it('has the records that were merged: in a chain, into two machines, and into one that is gone', () => {
        const targetOf = (id: string) => fleet.machine(id)?.mergedIntoMachineId;
        const { chain, forked, gone } = merges;

        expect(chain.ids.map(targetOf)).toEqual([...chain.ids.slice(1), null]);
        expect(forked.ids.map(targetOf)).toEqual(forked.into);
        expect(targetOf(gone.merged)).toBe(gone.into);
        expect(fleet.machine(gone.into)).toBeUndefined();
      });

      it('has the phone by the id that Entra gave it', () => {
        const { phone } = machines;
        expect(fleet.machine(phone.id)?.aadDeviceId).toBe(phone.aadDeviceId);
      });

      it('has the alerts about the external address, newest event a few hours old', () => {
        expect(fleet.alertsNaming(ips.externalWithAlerts).map(({ id }) => id)).toEqual([
          alerts.onWorkstation,
          alerts.onServer,
        ]);
        expect(fleet.alertsNaming(ips.externalWithoutAlerts)).toEqual([]);
      });

      it.each([
        { id: alerts.onWorkstation, machineId: machines.workstation.id },
        { id: alerts.onServer, machineId: machines.server.id },
        { id: alerts.guid, machineId: machines.server.id },
        { id: alerts.automated, machineId: machines.workstation.id },
        { id: alerts.legacy, machineId: machines.workstation.id },
        { id: alerts.withoutMachine, machineId: null },
      ])('has alert $id', ({ id, machineId }) => {
        expect(fleet.alert(id)).toMatchObject({ id, machineId });
      });

      it('has the file by each of its hashes, on its machines', () => {
        const { machineCount, ...hashes } = files.eicar;

        for (const hash of Object.values(hashes)) expect(fleet.file(hash)).toMatchObject(hashes);
        expect(fleet.machinesWithFile(files.eicar.sha1)).toHaveLength(machineCount);
        expect(fleet.file(files.seenNowhere.sha256)?.sha1).toBe(files.seenNowhere.sha1);
        expect(fleet.machinesWithFile(files.seenNowhere.sha1)).toEqual([]);
      });

      it('does not have what is called unknown', () => {
        expect(fleet.alert(alerts.unknown)).toBeUndefined();
        expect(fleet.machine(unknown.machineId)).toBeUndefined();
        expect(fleet.machinesNamed(unknown.host)).toEqual([]);
        for (const hash of Object.values(files.unknown)) expect(fleet.file(hash)).toBeUndefined();
      });
    },
  );
});
