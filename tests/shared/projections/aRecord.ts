import type { Alert, Machine } from '../../../shared/defender/DefenderAnswer';
import type { IndicatorKind } from '../../../shared/indicators/Indicator';
import { buildInvalidRecord, buildRecord } from '../../../shared/records/buildRecord';
import type { EnrichmentRecord } from '../../../shared/records/EnrichmentRecord';
import { aLookup, aMachine, anAnswer, answeredStep, machineId, NOW } from '../lookups/aLookup';
import type { StepName } from '../../../shared/calls/steps';
import type { UnansweredStep } from '../../../shared/calls/Progress';

const SETTINGS = { portalOrigin: 'https://security.microsoft.com' };
const OPTIONS = { generation: 0, final: true, now: NOW };

interface Found {
  readonly machines?: readonly Machine[];
  readonly alerts?: readonly Alert[];
}

/** The record of a lookup that was answered in one call. */
export function answered(
  [kind, value, step]: readonly [IndicatorKind, string, StepName],
  { machines = [], alerts = [] }: Found = {},
): EnrichmentRecord {
  const progress = [answeredStep(step, anAnswer({ machines, alerts }))];
  return buildRecord(aLookup(kind, value), progress, SETTINGS, OPTIONS);
}

/** The record of the question for a machine by its id. */
export const ofMachine = (machine: Machine): EnrichmentRecord =>
  answered(['machine', machine.id, 'machine'], { machines: [machine] });

export const unanswered = (step: UnansweredStep): EnrichmentRecord =>
  buildRecord(aLookup('machine', machineId('a')), [step], SETTINGS, OPTIONS);

export const refused = (): EnrichmentRecord => {
  const { subject, ...head } = aLookup('host', 'a');
  const unknown = { ...subject, kind: 'unknown', value: 'http://x', scope: null } as const;
  const reason = { code: 'indicator.unrecognised', message: 'Nothing is recognised.' };
  return buildInvalidRecord({ ...head, subject: unknown }, reason, { now: NOW });
};

/** A machine of which Defender knows everything, each value a different one. */
export const wholeMachine = (changes: Partial<Machine> = {}): Machine =>
  aMachine(machineId('a'), {
    mergedIntoMachineId: null,
    isPotentialDuplication: false,
    isExcluded: true,
    exclusionReason: 'Duplicate',
    computerDnsName: 'Desktop-17.Corp.contoso.com',
    firstSeen: '2025-11-05T11:54:59.5717001Z',
    lastSeen: '2026-11-20T02:51:16.2059102Z',
    osPlatform: 'Windows11',
    osVersion: '10.0',
    osProcessor: 'arm64',
    version: '23H2',
    lastIpAddress: '10.1.2.3',
    lastExternalIpAddress: '203.0.113.7',
    agentVersion: '10.8790.19045.5608',
    osBuild: 22631,
    healthStatus: 'Inactive',
    deviceValue: 'High',
    rbacGroupId: 75,
    rbacGroupName: 'Workstations',
    riskScore: 'Medium',
    exposureLevel: 'Low',
    isAadJoined: true,
    aadDeviceId: 'd78dc223-8dc8-1234-5678-abcdef03505b',
    machineTags: ['crown-jewel', 'floor-3'],
    defenderAvStatus: 'Updated',
    onboardingStatus: 'Onboarded',
    osArchitecture: '64-bit',
    managedBy: 'Intune',
    managedByStatus: 'Success',
    ipAddresses: [
      {
        ipAddress: '2001:db8::17',
        macAddress: '00155D010203',
        type: 'Wireless80211',
        operationalStatus: 'Up',
      },
      { ipAddress: 'fe80::1', macAddress: '00155D010203', type: 'Tunnel', operationalStatus: 'Up' },
      {
        ipAddress: '127.0.0.1',
        macAddress: null,
        type: 'SoftwareLoopback',
        operationalStatus: 'Up',
      },
    ],
    vmMetadata: {
      vmId: '0f8fad5b-d9cb-469f-a165-70867728950e',
      cloudProvider: 'Azure',
      resourceId: '/subscriptions/s/vm-17',
      subscriptionId: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
    },
    ...changes,
  });
