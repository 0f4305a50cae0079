import type { Json } from '../json/Json';
import type { LeftOut } from '../records/requestFields';
import type { SiemRequest } from './SiemRequest';
import type { Unreadable } from './Unreadable';

/** What a message was read as: as many requests as it holds events. */
export interface SiemMessage {
  /** What was unwrapped on the way to the events, outermost first, as in `base64`, `cloudEvents`. */
  readonly unwrapped: readonly string[];
  readonly requests: readonly SiemRequest[];
  /** Events that cannot be read, beside others that can. */
  readonly unreadable: readonly UnreadableEntry[];
  /** Events of another tenant, beside others. */
  readonly leftOut: readonly LeftOut[];
}

export interface UnreadableEntry {
  /** Its place, as in `records[3]`. */
  readonly path: string;
  readonly body: Json;
  readonly unreadable: Unreadable;
}
