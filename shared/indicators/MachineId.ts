import { refusal, type ParsedIndicator } from './IndicatorProblem';
import { trimWithin } from './trimWithin';

const MAX_LENGTH = 40;
const DEFENDER_ID = /^[0-9a-f]{40}$/;
const ENTRA_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** What senders write for "no device". */
const NO_DEVICE = /^[0-]+$/;
/** Also with something around it, without hyphens, or with the prefix of an alert; also 40 digits of which some are missing. */
const LIKE_ID = /^\W*(?:[a-z]{2})?[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12,}\W*$/i;

const MALFORMED = refusal(
  'machine.malformed',
  "Not a device id. Send Defender's (40 hexadecimal digits) or Entra's (a GUID).",
);

/** A device id in lower case: Defender's own key (40 hexadecimal digits), or the id that Entra gave the device (a GUID). */
export class MachineId {
  declare protected readonly nominal: true;
  readonly kind = 'machine';

  private constructor(
    readonly value: string,
    readonly issuer: 'defender' | 'entra',
  ) {}

  static parse(text: string): ParsedIndicator<MachineId> {
    const value = trimWithin(MAX_LENGTH, text).toLowerCase();
    if (NO_DEVICE.test(value)) return MALFORMED;
    if (DEFENDER_ID.test(value)) {
      return { ok: true, indicator: new MachineId(value, 'defender') };
    }
    if (!ENTRA_ID.test(value)) return MALFORMED;
    return { ok: true, indicator: new MachineId(value, 'entra') };
  }

  /** Whether a text is written like an id, even if not one that can be asked for. It is not the name of a host then. */
  static isMeant(text: string): boolean {
    return LIKE_ID.test(text);
  }
}
