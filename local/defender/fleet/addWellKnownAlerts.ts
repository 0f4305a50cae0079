import { HOUR_MS } from '../../../shared/clock/durations';
import { evidence } from '../entities/Alert';
import { knownFile } from '../entities/KnownFile';
import { WELL_KNOWN } from '../wellKnown';
import type { Fleet } from './Fleet';
import { describeAlert } from './generateAlert';
import { serviceTime } from './serviceTime';

const { alerts, files, ips, machines } = WELL_KNOWN;

/** Adds the alerts of {@link WELL_KNOWN}; its machines must be there already. */
export function addWellKnownAlerts(fleet: Fleet, startAt: number, aadTenantId: string): void {
  const at = startAt - 3 * HOUR_MS;
  const seenAt = serviceTime(at);
  const workstation = fleet.machine(machines.workstation.id) ?? null;
  const server = fleet.machine(machines.server.id) ?? null;
  const external = evidence('Ip', seenAt, { ipAddress: ips.externalWithAlerts });
  const eicar = { sha1: files.eicar.sha1, sha256: files.eicar.sha256, fileName: 'eicar.com' };
  const described = [
    {
      id: alerts.onWorkstation,
      machine: workstation,
      severity: 'Medium',
      title: "'EICAR_Test_File' malware was prevented",
      category: 'Malware',
      detectionSource: 'WindowsDefenderAv',
      threatName: 'Virus:DOS/EICAR_Test_File',
      evidence: [
        evidence('File', seenAt, {
          ...eicar,
          filePath: 'C:\\Users\\a.jones\\Downloads',
          detectionStatus: 'Prevented',
        }),
        external,
        evidence('Ip', seenAt, { ipAddress: machines.workstation.ip }),
      ],
    },
    {
      id: alerts.onServer,
      machine: server,
      severity: 'High',
      category: 'Execution',
      evidence: [external, evidence('Ip', seenAt, { ipAddress: machines.server.ip })],
    },
    { id: alerts.guid, machine: server, status: 'InProgress', assignedTo: 'soc@contoso.com' },
    { id: alerts.portal, machine: workstation, status: 'Resolved' },
    { id: alerts.automated, machine: workstation, detectionSource: 'AutomatedInvestigation' },
    {
      id: alerts.legacy,
      machine: workstation,
      status: 'Resolved',
      classification: 'FalsePositive',
      determination: 'Other',
      resolvedTime: serviceTime(at + HOUR_MS, 42),
      comments: [
        { comment: 'Known tool', createdBy: 'soc@contoso.com', createdTime: serviceTime(at) },
      ],
    },
    { id: alerts.withoutMachine, machine: null },
    {
      id: alerts.machineGone,
      machine: { id: '9'.repeat(40), computerDnsName: 'gone.contoso.com', rbacGroupName: null },
    },
  ];
  for (const alert of described) fleet.addAlert(describeAlert({ ...alert, at, aadTenantId }));
}

/** Adds the files of {@link WELL_KNOWN}: EICAR on the workstation and its neighbours in the fleet. */
export function addWellKnownFiles(fleet: Fleet, startAt: number): void {
  const observed = {
    globalPrevalence: 431_002,
    globalFirstObserved: '2015-05-05T13:25:01.3243523Z',
    globalLastObserved: serviceTime(startAt - HOUR_MS, 4521),
    size: 68,
    fileType: 'Text',
  };
  const { machineCount: eicarCount, ...eicar } = files.eicar;
  const seenOn = fleet
    .machinesSeen(WELL_KNOWN.crowd.ip, { fromAt: startAt, toAt: startAt })
    .slice(1, eicarCount);
  const workstation = fleet.machine(machines.workstation.id);
  fleet.addFile(
    knownFile(eicar, { ...observed, determinationType: 'Malware', determinationValue: 'EICAR' }),
    workstation ? [workstation, ...seenOn] : seenOn,
  );
  fleet.addFile(knownFile(files.seenNowhere, { ...observed, size: 0 }), []);
}
