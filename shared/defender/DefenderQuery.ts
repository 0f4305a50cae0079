import type { AlertId } from '../indicators/AlertId';
import type { FileHash } from '../indicators/FileHash';
import type { Ip } from '../indicators/Ip';
import type { MachineId } from '../indicators/MachineId';
import type { ODataFilter } from './odata';

/** One Defender call, as data. Only canonical values get in, so no raw string can reach a URL. */
export type DefenderQuery =
  /** Machines that reported the internal `ip` within 15 minutes of `at` (Unix ms, at most 30 days old). */
  | { readonly endpoint: 'findByIp'; readonly ip: Ip; readonly at: number }
  | { readonly endpoint: 'ipAlerts'; readonly ip: Ip }
  /** `top` 1..10000 and `skip` ≥ 0: one page; the service sends no usable link to the next. */
  | {
      readonly endpoint: 'machines';
      readonly filter: ODataFilter | null;
      readonly top: number;
      readonly skip: number;
      /**
       * Whether to ask how many machines there are in all; not documented for machines, but Kibana does. `ifTaken`: only
       * while the service does not refuse to.
       */
      readonly count?: boolean | 'ifTaken';
    }
  /** The alerts of these ids, each of which names its machine. `top` 1..10000. */
  | {
      readonly endpoint: 'alerts';
      readonly ids: readonly [AlertId, ...AlertId[]];
      readonly top: number;
    }
  | { readonly endpoint: 'alertMachine'; readonly alertId: AlertId }
  /** SHA-1 only. */
  | { readonly endpoint: 'fileMachines'; readonly sha1: FileHash }
  | { readonly endpoint: 'file'; readonly hash: FileHash }
  /** Defender's own ids only. */
  | { readonly endpoint: 'machine'; readonly id: MachineId };
