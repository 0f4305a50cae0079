import { refuse, type ParsedIndicator } from './IndicatorProblem';
import { trimWithin } from './trimWithin';

const MAX_LENGTH = 40;
const DEFENDER_ID = /^[0-9a-f]{40}$/;
const ENTRA_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** What senders write for "no device". */
const NO_DEVICE = /^[0-]+$/;

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
    if (DEFENDER_ID.test(value)) {
      return { ok: true, indicator: new MachineId(value, 'defender') };
    }
    if (!ENTRA_ID.test(value) || NO_DEVICE.test(value)) return refuse('machine.malformed');
    return { ok: true, indicator: new MachineId(value, 'entra') };
  }
}
