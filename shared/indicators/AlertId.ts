import { refuse, type ParsedIndicator } from './IndicatorProblem';
import { trimWithin } from './trimWithin';

const MAX_LENGTH = 128;
const ALERT_ID = /^((?:[a-z]{2})?[0-9a-f-]{18,})_-?\d+$/i;
const GUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;
const DIGITS = /^\d+$/;
/**
 * Prefixes of alert sources (learn.microsoft.com/defender-xdr/investigate-alerts, 2026; `ar` seen live): `da`, `ar` and
 * `ed` are Defender for Endpoint's, `fa` is Defender for Office 365's, `sn` is Microsoft Sentinel's.
 */
const KNOWN_PREFIXES: readonly string[] = ['da', 'ar', 'ed', 'fa', 'sn'];
const OTHER_PRODUCTS: readonly string[] = ['fa', 'sn'];

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
    if (GUID.test(value)) return refuse('alert.sentinelId');
    // Other products' ids may end after the GUID.
    const stem = ALERT_ID.exec(value)?.[1];
    const prefix = prefixOf(stem ?? (GUID.test(value.slice(2)) ? value : ''));
    if (prefix !== null && OTHER_PRODUCTS.includes(prefix)) return refuse('alert.otherProduct');
    if (stem === undefined) return refuse('alert.malformed');
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
    GUID.test(rest) || DIGITS.test(rest) || KNOWN_PREFIXES.includes(prefix) || /[g-z]/.test(prefix);
  return isPrefix ? prefix : null;
}
