import { z } from 'zod';

const text = z.string().nullish();
const instant = z.string().nullish();
const flag = z.boolean().nullish();
const number = z.number().nullish();

/**
 * A device as Defender describes it. Only `id` is certain, unknown fields are kept. Instants stay text: Defender
 * writes up to seven fractional digits. Enumerations are open sets.
 */
export const machineSchema = z.looseObject({
  id: z.string().min(1),
  mergedIntoMachineId: text,
  computerDnsName: text,
  firstSeen: instant,
  lastSeen: instant,
  osPlatform: text,
  lastIpAddress: text,
  lastExternalIpAddress: text,
  healthStatus: text,
  onboardingStatus: text,
  riskScore: text,
  exposureLevel: text,
  deviceValue: text,
  rbacGroupId: number,
  rbacGroupName: text,
  aadDeviceId: text,
  isExcluded: flag,
  machineTags: z.array(z.string()).nullish(),
});
export type Machine = Readonly<z.infer<typeof machineSchema>>;

/** An alert as Defender describes it. Only `id` is certain, unknown fields are kept. */
export const alertSchema = z.looseObject({
  id: z.string().min(1),
  machineId: text,
  computerDnsName: text,
  severity: text,
  status: text,
  title: text,
  category: text,
  alertCreationTime: instant,
  firstEventTime: instant,
  lastEventTime: instant,
  lastUpdateTime: instant,
  resolvedTime: instant,
});
export type Alert = Readonly<z.infer<typeof alertSchema>>;

/** A file as Defender describes it. Only `sha1` is certain, unknown fields are kept. */
export const defenderFileSchema = z.looseObject({
  sha1: z.string().regex(/^[0-9a-f]{40}$/i),
  sha256: text,
  md5: text,
});
export type DefenderFile = Readonly<z.infer<typeof defenderFileSchema>>;

/**
 * What any endpoint answered, in one JSON shape, so that it can be cached and carried in messages. 404 stands only
 * for a documented "there is none".
 */
export interface DefenderAnswer {
  readonly status: 200 | 404;
  readonly machines: readonly Machine[];
  readonly alerts: readonly Alert[];
  readonly file: DefenderFile | null;
  /** Defender's own id of the call, where it gave one. */
  readonly correlationId: string | null;
}
