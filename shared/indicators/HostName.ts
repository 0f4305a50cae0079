import { isIP } from 'node:net';
import { refuse, type ParsedIndicator } from './IndicatorProblem';
import { trimWithin } from './trimWithin';

const MAX_LENGTH = 253;
/** Underscores are legal in Windows computer names; a cut NetBIOS name may end in a hyphen. */
const LABEL = /^[a-z0-9_][a-z0-9_-]{0,62}$/i;
/** A name that ends like this is a badly written IPv4 address. */
const NUMERIC_LABEL = /^(?:\d+|0x[0-9a-f]*)$/i;
const NETBIOS_LENGTH = 15;
/** Controls, line separators, lone surrogates, invisible characters but joiners; a backslash parts domain and name. */
const NOT_IN_NAMES = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\\]|(?![\u200c\u200d])\p{Cf}/u;
const LETTER = /[\p{L}\p{Extended_Pictographic}]/u;

/**
 * The name of a machine: a computer name or full DNS name, in lower case and without the root's dot; or, as given, the
 * name that somebody gave a phone, a tablet or a Mac.
 */
export class HostName {
  declare protected readonly nominal: true;
  readonly kind = 'host';

  private constructor(
    readonly value: string,
    /** The first label: the computer name. */
    readonly label: string,
    readonly form: 'computerName' | 'fullName' | 'deviceName',
  ) {}

  /** For a text that is said to name a host. */
  static parse(text: string): ParsedIndicator<HostName> {
    const given = trimWithin(MAX_LENGTH + 1, text);
    // Letters are compared before lower case, which makes ASCII of the Kelvin sign.
    const name = given.replace(/\.$/, '');
    const labels = name.split('.');
    if (name.length <= MAX_LENGTH && labels.every((part) => LABEL.test(part))) {
      if (NUMERIC_LABEL.test(labels.at(-1) ?? '')) return refuse('host.malformed');
      const value = name.toLowerCase();
      const [label = ''] = value.split('.');
      const form = labels.length > 1 ? 'fullName' : 'computerName';
      return { ok: true, indicator: new HostName(value, label, form) };
    }
    if (!isDeviceName(given)) return refuse('host.malformed');
    return { ok: true, indicator: new HostName(given, given, 'deviceName') };
  }

  /** Whether equal names mean the same machine: a bare computer name may be borne in several domains. */
  get isWhole(): boolean {
    return this.form !== 'computerName';
  }

  /** NetBIOS cuts computer names to 15 characters: the machine may have a longer name. */
  get maybeCutNetBios(): boolean {
    return this.form === 'computerName' && this.value.length === NETBIOS_LENGTH;
  }
}

function isDeviceName(text: string): boolean {
  return (
    text.length <= MAX_LENGTH && LETTER.test(text) && !NOT_IN_NAMES.test(text) && isIP(text) === 0
  );
}
