import type { IndicatorKind, SubjectKind } from '../indicators/Indicator';

/** What a key or a `type` says about the value beside it. */
export interface Meaning {
  /** `unknown`: it is said to be something that is not looked up. */
  readonly kind: SubjectKind;
  /** What it calls a digest. */
  readonly hashAlgorithm: string | null;
}

/** Longer text does not name a kind. */
const MAX_LENGTH = 64;

/** Every key and `type` by which SIEMs call an indicator, without case, hyphens, dots and the like. */
const NAMES: Readonly<Record<IndicatorKind, readonly string[]>> = {
  ip: [
    'ip',
    'ips',
    'ipaddress',
    'ipaddr',
    'ipv4',
    'ipv6',
    'ipv4addr',
    'ipv6addr',
    'ipv4address',
    'ipv6address',
    'ipsrc',
    'ipdst',
    'srcip',
    'dstip',
    'sourceip',
    'destinationip',
    'destip',
    'hostip',
    'deviceip',
    'localip',
    'remoteip',
    'clientip',
    'privateip',
  ],
  file: ['hash', 'file', 'filehash'],
  alert: [
    'alert',
    'alertid',
    'provideralertid',
    'vendororiginalid',
    'systemalertid',
    'mdealertid',
    'defenderalertid',
  ],
  machine: [
    'machine',
    'machineid',
    'device',
    'deviceid',
    'mdatpdeviceid',
    'mdedeviceid',
    'mdemachineid',
    'aaddeviceid',
    'azureaddeviceid',
    'entradeviceid',
  ],
  host: [
    'host',
    'hostname',
    'fqdn',
    'computer',
    'computername',
    'computerdnsname',
    'dnsname',
    'devicename',
    'devicednsname',
    'machinename',
    'netbiosname',
    'hostfqdn',
    'dnshostname',
  ],
};
const HASH_ALGORITHMS: readonly string[] = [
  'md5',
  'sha1',
  'sha224',
  'sha256',
  'sha256ac',
  'sha384',
  'sha512',
  'imphash',
  'authentihash',
  'ssdeep',
  'tlsh',
];

const MEANINGS: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ...Object.entries(NAMES).flatMap(
    ([kind, names]) =>
      names.map((name) => [name, { kind: kind as IndicatorKind, hashAlgorithm: null }] as const), // its own keys
  ),
  ...HASH_ALGORITHMS.flatMap((hashAlgorithm) =>
    [hashAlgorithm, `filehash${hashAlgorithm}`, `file${hashAlgorithm}`, `${hashAlgorithm}hash`].map(
      (name) => [name, { kind: 'file', hashAlgorithm }] as const,
    ),
  ),
]);

/** What a key, or the text of a `type`, in its `spelling` calls the value; null if it is none of the usual names. */
export function meaningOf(name: string): Meaning | null {
  return MEANINGS.get(name) ?? null;
}

/** A name without case and without what parts its words: `File.Hash-SHA256` and `fileHashSha256` are one. */
export function spelling(name: string): string {
  return name.length > MAX_LENGTH ? '' : name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
