/** Why a value cannot be asked for: codes as they appear in records, and what is said with them. Never reworded. */
export const INDICATOR_PROBLEMS = {
  'ip.malformed':
    'Not an IP address. Send one IPv4 address in four decimal parts, or one IPv6 address without a zone.',
  'ip.notRoutable':
    'Loopback, link-local, multicast, broadcast and unspecified addresses do not tell machines apart.',
  'hash.malformed': 'Not a file hash. Send a SHA-1, SHA-256 or MD5 in hexadecimal.',
  'hash.unsupported': 'Defender knows files by SHA-1, SHA-256 and MD5 only. Send one of these.',
  'alert.malformed':
    'Not a Defender for Endpoint alert id, such as da637472900382838869_1364969609.',
  'alert.sentinelId':
    "A bare GUID is Microsoft Sentinel's own alert id. Send the alert's providerAlertId or VendorOriginalId instead.",
  'alert.otherProduct':
    'The first two letters say that this alert comes from another product (aa: Defender for Identity, fa: Defender for Office 365, sn: Microsoft Sentinel …), whose alerts Defender for Endpoint does not know. Send the device id or host name that the alert names.',
  'machine.malformed':
    "Not a device id. Send Defender's (40 hexadecimal digits) or Entra's (a GUID).",
  'host.malformed':
    'Not a host name. Send a computer name, a full DNS name, or the name of a phone, tablet or Mac as it shows it.',
  'indicator.unrecognised':
    'Not recognisable as an IP address, file hash, alert id, device id or host name. Send one value under a key that says what it is, such as {"ip": "10.1.2.3"}.',
} as const;

export type IndicatorProblemCode = keyof typeof INDICATOR_PROBLEMS;

export interface IndicatorProblem {
  readonly code: IndicatorProblemCode;
  readonly message: string;
}

export type ParsedIndicator<T> =
  | { readonly ok: true; readonly indicator: T }
  | { readonly ok: false; readonly problem: IndicatorProblem };

export function refuse(code: IndicatorProblemCode): {
  readonly ok: false;
  readonly problem: IndicatorProblem;
} {
  return { ok: false, problem: { code, message: INDICATOR_PROBLEMS[code] } };
}
