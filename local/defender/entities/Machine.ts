/** One network address of a machine, as the live service lists it. */
export interface MachineAddress {
  readonly ipAddress: string;
  /** 12 upper-case hex digits without separators; null for loopback. */
  readonly macAddress: string | null;
  readonly type: string;
  readonly operationalStatus: string;
}

/** A machine with every key that the live service emits, in the live order (capture of 2023-05-04). */
export interface Machine {
  readonly id: string;
  readonly mergedIntoMachineId: string | null;
  readonly isPotentialDuplication: boolean;
  readonly isExcluded: boolean;
  readonly exclusionReason: string | null;
  readonly computerDnsName: string | null;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly osPlatform: string | null;
  readonly osVersion: string | null;
  readonly osProcessor: string | null;
  readonly version: string | null;
  readonly lastIpAddress: string | null;
  readonly lastExternalIpAddress: string | null;
  readonly agentVersion: string | null;
  readonly osBuild: number | null;
  readonly healthStatus: string | null;
  readonly deviceValue: string | null;
  readonly rbacGroupId: number | null;
  readonly rbacGroupName: string | null;
  readonly riskScore: string | null;
  readonly exposureLevel: string | null;
  readonly isAadJoined: boolean | null;
  readonly aadDeviceId: string | null;
  readonly machineTags: readonly string[];
  readonly defenderAvStatus: string | null;
  readonly onboardingStatus: string | null;
  readonly osArchitecture: string | null;
  readonly managedBy: string | null;
  readonly managedByStatus: string | null;
  readonly ipAddresses: readonly MachineAddress[] | null;
  readonly vmMetadata: {
    readonly vmId: string;
    readonly cloudProvider: string;
    readonly resourceId: string;
    readonly subscriptionId: string;
  } | null;
}

/** A record of which the service knows nothing but the id: every other key is there and null. */
export function sparseMachine(id: string): Machine {
  return {
    id,
    mergedIntoMachineId: null,
    isPotentialDuplication: false,
    isExcluded: false,
    exclusionReason: null,
    computerDnsName: null,
    firstSeen: null,
    lastSeen: null,
    osPlatform: null,
    osVersion: null,
    osProcessor: null,
    version: null,
    lastIpAddress: null,
    lastExternalIpAddress: null,
    agentVersion: null,
    osBuild: null,
    healthStatus: null,
    deviceValue: null,
    rbacGroupId: null,
    rbacGroupName: null,
    riskScore: null,
    exposureLevel: null,
    isAadJoined: null,
    aadDeviceId: null,
    machineTags: [],
    defenderAvStatus: null,
    onboardingStatus: null,
    osArchitecture: null,
    managedBy: null,
    managedByStatus: null,
    ipAddresses: null,
    vmMetadata: null,
  };
}

/** What a later release of the service may add: unknown keys and enum values. */
export function futureMachine(machine: Machine): Record<string, unknown> {
  return {
    ...machine,
    healthStatus: machine.healthStatus === 'Inactive' ? 'Hibernating' : machine.healthStatus,
    deviceRole: 'Workstation',
    discoverySources: [{ source: 'Network', confidence: 0.87 }],
    'riskScore@odata.type': '#Microsoft.WindowsDefenderATP.Api.RiskScore',
  };
}
