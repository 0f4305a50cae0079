import { refusal, type ParsedIndicator } from './IndicatorProblem';
import { trimWithin } from './trimWithin';

const MAX_LENGTH = 253;
/** What a name without spaces cannot hold: Windows forbids some, the others belong to addresses, lists and templates. */
const LABEL = /^[^\s"/\\:*?<>|{}[\]%$@,;=`]{1,63}$/u;
/** A name that ends like this is a badly written IPv4 address. */
const NUMERIC_LABEL = /^(?:\p{N}+|0x[0-9a-f]*)$/iu;
const ASCII_NAME = /^[\w.-]+$/;
const NETBIOS_LENGTH = 15;
/** Controls, line separators, lone surrogates, invisible characters but joiners; a backslash parts domain and name. */
const NOT_IN_NAMES = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\\]|(?![\u200c\u200d])\p{Cf}/u;
const LETTER = /[\p{L}\p{Extended_Pictographic}]/u;
/** A URL, or a template whose placeholder was not filled in. */
const NOT_A_DEVICE = /:\/\/|\{\{|\$\{/;

const MALFORMED = refusal(
  'host.malformed',
  'Not a host name. Send a computer name, a full DNS name, or the name of a phone, tablet or Mac as it shows it.',
);

/**
 * The name of a machine: without spaces a computer name or full DNS name, in lower case and without the root's dot; with
 * spaces, as given, the name of a phone, a tablet or a Mac.
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
    const isLegible = !NOT_IN_NAMES.test(given) && (LETTER.test(given) || ASCII_NAME.test(given));
    const name = isLegible ? (readDeviceName(given) ?? readComputerName(given)) : null;
    if (!name) return MALFORMED;
    return { ok: true, indicator: new HostName(name.value, name.label, name.form) };
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

type Parts = Pick<HostName, 'value' | 'label' | 'form'>;

function readDeviceName(text: string): Parts | null {
  const isOne = /\s/.test(text) && text.length <= MAX_LENGTH;
  if (!isOne || NOT_A_DEVICE.test(text) || isList(text)) return null;
  return { value: text, label: text, form: 'deviceName' };
}

function readComputerName(text: string): Parts | null {
  const name = text.replace(/\.$/, '');
  const value = name.toLowerCase();
  const labels = value.split('.');
  const [label = ''] = labels;
  const isName = value.length <= MAX_LENGTH && labels.every((part) => LABEL.test(part));
  // Lower case makes ASCII of the Kelvin sign, and so another name.
  const isSame = ASCII_NAME.test(name) === ASCII_NAME.test(value);
  if (!isName || !isSame || NUMERIC_LABEL.test(labels.at(-1) ?? '')) return null;
  return { value, label, form: labels.length > 1 ? 'fullName' : 'computerName' };
}

/** Several values without spaces, of which none covers the others. */
function isList(text: string): boolean {
  const parts = text.split(/\s*[,;|]\s*/);
  return parts.length > 1 && !parts.some((part) => /\s/.test(part));
}
