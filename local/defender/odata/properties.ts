import type { Alert } from '../entities/Alert';
import { type Machine, sparseMachine } from '../entities/Machine';
import { FilterableProperties, type PropertyType } from './FilterableProperties';

/** What `$filter` of machines may name: get-machines.md and exposed-apis-odata-samples.md, 2026-03. */
export const MACHINE_PROPERTIES = new FilterableProperties(
  'Machine',
  {
    computerDnsName: 'string',
    id: 'string',
    version: 'string',
    deviceValue: 'string',
    aadDeviceId: 'guid',
    machineTags: 'strings',
    lastSeen: 'date',
    exposureLevel: 'string',
    onboardingStatus: 'string',
    lastIpAddress: 'string',
    healthStatus: 'string',
    osPlatform: 'string',
    riskScore: 'string',
    rbacGroupId: 'number',
  } satisfies Partial<Record<keyof Machine, PropertyType>>,
  Object.keys(sparseMachine('')),
);

const ALERT_TYPES = {
  id: 'string',
  incidentId: 'number',
  investigationId: 'number',
  assignedTo: 'string',
  detectionSource: 'string',
  status: 'string',
  severity: 'string',
  category: 'string',
  alertCreationTime: 'date',
  lastEventTime: 'date',
  lastUpdateTime: 'date',
} satisfies Partial<Record<keyof Alert, PropertyType>>;

/** What `$filter` of alerts may name: get-alerts.md, 2026-03. */
export const ALERT_PROPERTIES = new FilterableProperties(
  'Alert',
  ALERT_TYPES,
  Object.keys(ALERT_TYPES),
);
