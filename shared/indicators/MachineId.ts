import { refuse, type ParsedIndicator } from './IndicatorProblem';
import { trimWithin } from './trimWithin';

const LENGTH = 40;

/** Defender's own key of a machine: 40 hexadecimal digits, in lower case. */
export class MachineId {
  declare protected readonly nominal: true;
  readonly kind = 'machine';

  private constructor(readonly value: string) {}

  static parse(text: string): ParsedIndicator<MachineId> {
    const value = trimWithin(LENGTH, text).toLowerCase();
    if (!/^[0-9a-f]{40}$/.test(value)) return refuse('machine.malformed');
    return { ok: true, indicator: new MachineId(value) };
  }
}
