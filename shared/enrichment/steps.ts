import type { EndpointId } from '../defender/endpointIds';

/** The steps a lookup may take, as they are named in message ids and work blobs; each is one call of its endpoint. */
export const STEP_ENDPOINTS = {
  machine: 'machine',
  alert: 'alertMachine',
  alertOtherSpelling: 'alertMachine',
  file: 'file',
  fileMachines: 'fileMachines',
  findByIp: 'findByIp',
  ipAlerts: 'ipAlerts',
  ipLastKnown: 'machines',
  host: 'machines',
  hostLabel: 'machines',
  hostPrefix: 'machines',
  mergedInto: 'machine',
  machineList: 'machines',
} as const satisfies Readonly<Record<string, EndpointId>>;

export type StepName = keyof typeof STEP_ENDPOINTS;
export const STEP_NAMES = Object.keys(STEP_ENDPOINTS) as readonly StepName[]; // its own keys
