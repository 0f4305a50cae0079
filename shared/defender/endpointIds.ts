/** The Defender calls this app makes; each has a quota calendar of its own. Also names of rows, blobs and settings. */
export const ENDPOINT_IDS = [
  'findByIp',
  'ipAlerts',
  'machines',
  'alertMachine',
  'fileMachines',
  'file',
  'machine',
] as const;
export type EndpointId = (typeof ENDPOINT_IDS)[number];
