import { refuse, type ParsedIndicator } from './IndicatorProblem';
import { trimWithin } from './trimWithin';

const MAX_LENGTH = 253;
/** Underscores are legal in Windows computer names; a cut NetBIOS name may end in a hyphen. */
const LABEL = /^[a-z0-9_][a-z0-9_-]{0,62}$/i;
/** A name that ends like this is a badly written IPv4 address. */
const NUMERIC_LABEL = /^(?:\d+|0x[0-9a-f]*)$/i;
const NETBIOS_LENGTH = 15;

/** A computer name or full DNS name, in lower case, without the root's dot. */
export class HostName {
  declare protected readonly nominal: true;
  readonly kind = 'host';

  private constructor(
    readonly value: string,
    /** The first label: the computer name. */
    readonly label: string,
    readonly isFullName: boolean,
    /** NetBIOS cuts computer names to 15 characters: the machine may have a longer name. */
    readonly maybeCutNetBios: boolean,
  ) {}

  static parse(text: string): ParsedIndicator<HostName> {
    // Letters are compared before lower case, which makes ASCII of the Kelvin sign.
    const name = trimWithin(MAX_LENGTH + 1, text).replace(/\.$/, '');
    const labels = name.split('.');
    const isWellFormed =
      name.length <= MAX_LENGTH &&
      labels.every((part) => LABEL.test(part)) &&
      !NUMERIC_LABEL.test(labels.at(-1) ?? '');
    if (!isWellFormed) return refuse('host.malformed');

    const value = name.toLowerCase();
    const [label = ''] = value.split('.');
    const isFullName = labels.length > 1;
    const maybeCutNetBios = !isFullName && label.length === NETBIOS_LENGTH;
    return { ok: true, indicator: new HostName(value, label, isFullName, maybeCutNetBios) };
  }
}
