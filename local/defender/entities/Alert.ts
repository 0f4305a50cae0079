/** One piece of evidence. Every key is always there, null when it does not apply. */
export interface Evidence {
  readonly entityType: string;
  readonly evidenceCreationTime: string;
  readonly sha1: string | null;
  readonly sha256: string | null;
  readonly fileName: string | null;
  readonly filePath: string | null;
  readonly processId: number | null;
  readonly processCommandLine: string | null;
  readonly processCreationTime: string | null;
  readonly parentProcessId: number | null;
  readonly parentProcessCreationTime: string | null;
  readonly parentProcessFileName: string | null;
  readonly parentProcessFilePath: string | null;
  readonly ipAddress: string | null;
  readonly url: string | null;
  readonly registryKey: string | null;
  readonly registryHive: string | null;
  readonly registryValueType: string | null;
  readonly registryValue: string | null;
  readonly accountName: string | null;
  readonly domainName: string | null;
  readonly userSid: string | null;
  readonly aadUserId: string | null;
  readonly userPrincipalName: string | null;
  readonly detectionStatus: string | null;
}

/** An alert with every key that the live service emits, in the live order (capture of 2023-05-04). */
export interface Alert {
  readonly id: string;
  readonly incidentId: number | null;
  readonly investigationId: number | null;
  readonly assignedTo: string | null;
  readonly severity: string;
  readonly status: string;
  readonly classification: string | null;
  readonly determination: string | null;
  readonly investigationState: string | null;
  readonly detectionSource: string;
  readonly detectorId: string | null;
  readonly category: string;
  readonly threatFamilyName: string | null;
  readonly title: string;
  readonly description: string;
  readonly alertCreationTime: string;
  readonly firstEventTime: string;
  readonly lastEventTime: string;
  readonly lastUpdateTime: string;
  readonly resolvedTime: string | null;
  readonly machineId: string | null;
  readonly computerDnsName: string | null;
  readonly rbacGroupName: string | null;
  readonly aadTenantId: string;
  readonly threatName: string | null;
  readonly mitreTechniques: readonly string[];
  readonly relatedUser: { readonly userName: string; readonly domainName: string } | null;
  readonly loggedOnUsers: readonly { readonly accountName: string; readonly domainName: string }[];
  readonly comments: readonly {
    readonly comment: string;
    readonly createdBy: string;
    readonly createdTime: string;
  }[];
  /** Kept here, sent only when expanded. */
  readonly evidence: readonly Evidence[];
  readonly domains: readonly string[];
}

/** The alert as sent without `$expand=evidence`; `future` adds unknown keys. */
export function sentAlert(
  alert: Alert,
  { expanded, future }: { readonly expanded: boolean; readonly future: boolean },
): Record<string, unknown> {
  const sent = { ...alert, evidence: expanded ? alert.evidence : [] };
  return future ? { ...sent, priorityScore: 87, detectionTags: [{ name: 'Preview' }] } : sent;
}

const NO_EVIDENCE: Omit<Evidence, 'entityType' | 'evidenceCreationTime'> = {
  sha1: null,
  sha256: null,
  fileName: null,
  filePath: null,
  processId: null,
  processCommandLine: null,
  processCreationTime: null,
  parentProcessId: null,
  parentProcessCreationTime: null,
  parentProcessFileName: null,
  parentProcessFilePath: null,
  ipAddress: null,
  url: null,
  registryKey: null,
  registryHive: null,
  registryValueType: null,
  registryValue: null,
  accountName: null,
  domainName: null,
  userSid: null,
  aadUserId: null,
  userPrincipalName: null,
  detectionStatus: null,
};

/** Evidence of one kind, with the keys that apply to it. */
export function evidence(
  entityType: 'User' | 'Process' | 'File' | 'Ip',
  evidenceCreationTime: string,
  applies: Partial<Evidence>,
): Evidence {
  return { entityType, evidenceCreationTime, ...NO_EVIDENCE, ...applies };
}
