import { refusal, type ParsedIndicator } from './IndicatorProblem';
import { trimWithin } from './trimWithin';

const MAX_LENGTH = 128;
const ALERT_ID = /^((?:[a-z]{2})?[0-9a-f-]{18,})_-?\d+$/i;
const GUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;
/** As the Defender portal's queue shows ids. */
const PREFIXED_GUID = /^[a-z]{2}[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const DIGITS = /^\d+$/;
/**
 * Prefixes of alert sources (learn.microsoft.com/defender-xdr/investigate-alerts, read 2026-11; `ar` seen live): Defender
 * for Endpoint's `da`, `ed` and `ar`, and Defender XDR's `ra`, `ta` and `ea`, which may be about a device.
 */
const ASKED_PREFIXES: readonly string[] = ['da', 'ed', 'ar', 'ra', 'ta', 'ea'];
const OTHER_PRODUCTS: ReadonlyMap<string, string> = new Map([
  ['aa', 'Defender for Identity'],
  ['ri', 'Defender for Identity'],
  ['ca', 'Defender for Cloud Apps'],
  ['rm', 'Defender for Cloud Apps'],
  ['ma', 'App Governance'],
  ['ad', 'Entra ID Protection'],
  ['dc', 'Defender for Cloud'],
  ['dl', 'Data Loss Prevention'],
  ['fa', 'Office 365'],
  ['ir', 'Insider Risk Management'],
  ['sc', 'Security Copilot'],
  ['sn', 'Sentinel'],
]);

const MALFORMED = refusal(
  'alert.malformed',
  'Not a Defender for Endpoint alert id, such as da637472900382838869_1364969609.',
);
const SENTINEL_ID = refusal(
  'alert.sentinelId',
  "A bare GUID is Microsoft Sentinel's own alert id. Send the alert's providerAlertId or VendorOriginalId instead.",
);
const OTHER_PRODUCT = refusal(
  'alert.otherProduct',
  'The first two letters say that this alert comes from another product (aa: Defender for Identity, fa: Defender for Office 365, sn: Microsoft Sentinel …), whose alerts Defender for Endpoint does not know. Send the device id or host name that the alert names.',
);

/**
 * A Defender alert id. Ids are opaque, so `value` stays as given; `prefix` is its two letters in lower case, or null:
 * sources that speak of the provider's own id leave them out.
 */
export class AlertId {
  declare protected readonly nominal: true;
  readonly kind = 'alert';

  private constructor(
    readonly value: string,
    readonly prefix: string | null,
  ) {}

  static parse(text: string): ParsedIndicator<AlertId> {
    const value = trimWithin(MAX_LENGTH, text);
    if (GUID.test(value)) return SENTINEL_ID;
    const stem = ALERT_ID.exec(value)?.[1];
    const prefix = prefixOf(stem ?? (PREFIXED_GUID.test(value) ? value : ''));
    if (OTHER_PRODUCTS.has(prefix ?? '')) return OTHER_PRODUCT;
    const isWhole = stem !== undefined || ASKED_PREFIXES.includes(prefix ?? '');
    if (!isWhole) return MALFORMED;
    return { ok: true, indicator: new AlertId(value, prefix) };
  }

  /** The same alert under Defender for Endpoint's usual prefix; null when the id has a prefix already. */
  alternateSpelling(): AlertId | null {
    return this.prefix === null ? new AlertId(`da${this.value}`, 'da') : null;
  }

  /** What to ask for, in this order; the second only when the first is not found. */
  spellings(): readonly [AlertId, ...AlertId[]] {
    const alternate = this.alternateSpelling();
    if (!alternate) return [this];
    const [stem = ''] = this.value.split('_');
    return GUID.test(stem) ? [alternate, this] : [this, alternate];
  }
}

/** Decides by shape: most prefixes are hexadecimal too, so a GUID may begin with one. */
function prefixOf(stem: string): string | null {
  if (GUID.test(stem) || !/^[a-z]{2}/i.test(stem)) return null;
  const prefix = stem.slice(0, 2).toLowerCase();
  const rest = stem.slice(2);
  const isPrefix =
    GUID.test(rest) || DIGITS.test(rest) || ASKED_PREFIXES.includes(prefix) || /[g-z]/.test(prefix);
  return isPrefix ? prefix : null;
}
