import type { Json } from '../../json/Json';
import type { SiemEvent } from '../SiemRequest';

/** A shape in which a product writes its alerts, findings or events. Pure, and safe for any JSON. */
export interface Format {
  /** Stable; records and `explain` name it, and docs/siem-formats.md has a row for each of its fields. */
  readonly name: string;
  /**
   * Whether the body is one event of this shape, by keys that no other product writes. Envelopes (CloudEvents, Event Grid)
   * are opened before, and lists of events (`[…]`, `records`, `value`, a line each) are taken apart when no format matches the whole.
   */
  matches(body: Json): boolean;
  /** What the event asks for. Several only if one body holds several events in a way that is the format's own. */
  read(body: Json): SiemEvent | readonly SiemEvent[];
}
