import type { Indicator } from '../../indicators/Indicator';
import { textsAt, toCandidate, valueOf, type Candidate, type Places } from './Candidate';
import type { Place } from './Place';

/** What a message states about one machine. Every part is optional, and may be a list. */
export interface DeviceParts {
  /** Defender's own device id: 40 hexadecimal digits. Another product's id is never asked for as one. */
  readonly mdeDeviceId?: Places;
  /** A Defender alert about this machine and no other. */
  readonly alertId?: Places;
  readonly entraDeviceId?: Places;
  /** Full and short names. */
  readonly name?: Places;
  /** Addresses of its own interfaces. */
  readonly ips?: Places;
  /** When it was seen so; without it the event's time counts. */
  readonly seenAt?: Place;
}

/** The values by which one machine could be looked up, most precise first. */
export interface DeviceEvidence {
  readonly candidates: readonly Candidate[];
  /** Values that are not asked for. */
  readonly notAsked: readonly Candidate[];
  readonly empty: readonly Place[];
}

/** How precisely a value names a machine: the order in which they are tried. */
const PRECISION = ['defenderId', 'alert', 'fullName', 'entraId', 'shortName', 'ip'] as const;

export function readDevice(parts: DeviceParts): DeviceEvidence {
  const read = [
    ...textsAt(parts.mdeDeviceId).map((place) => ['machine', place] as const),
    ...textsAt(parts.alertId).map((place) => ['alert', place] as const),
    ...textsAt(parts.entraDeviceId).map((place) => ['machine', place] as const),
    ...textsAt(parts.name).map((place) => ['host', place] as const),
    ...textsAt(parts.ips).map((place) => ['ip', place] as const),
  ];
  const entraPaths = new Set(textsAt(parts.entraDeviceId).map(({ path }) => path));
  const empty: Place[] = [];
  const candidates: Candidate[] = [];
  const notAsked: Candidate[] = [];
  for (const [kind, place] of read) {
    const candidate = toCandidate(kind, place);
    if (!candidate) empty.push(place);
    else if (isAsked(candidate, entraPaths)) candidates.push(candidate);
    else notAsked.push(candidate);
  }
  return { candidates: inOrder(candidates), notAsked, empty };
}

/** Valid before broken, then by precision. */
export function inOrder(candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.toSorted((a, b) => rankOf(a) - rankOf(b));
}

/** What makes two pieces of evidence one machine: Defender's id, or, without an id, the same name. */
export function identityOf(candidates: readonly Candidate[]): {
  readonly defenderId: string | null;
  readonly names: readonly string[];
} {
  const id = candidates.find((each) => precisionOf(each) === 'defenderId');
  const names = candidates.filter(({ kind, parsed }) => kind === 'host' && parsed.ok);
  return { defenderId: id ? valueOf(id) : null, names: names.map(valueOf) };
}

/** What every machine calls itself. */
const LOOPBACK_NAME = /^(?:localhost[46]?|ip6-(?:localhost|loopback))(?:\.|$)/;

function isAsked({ kind, parsed, path }: Candidate, entraPaths: ReadonlySet<string>): boolean {
  if (!parsed.ok) return parsed.problem.code !== 'ip.notRoutable';
  const { indicator } = parsed;
  if (kind === 'host') return !LOOPBACK_NAME.test(indicator.value);
  if (kind !== 'machine' || indicator.kind !== 'machine') return true;
  return indicator.issuer === (entraPaths.has(path) ? 'entra' : 'defender');
}

function rankOf(candidate: Candidate): number {
  const rank = PRECISION.indexOf(precisionOf(candidate));
  return candidate.parsed.ok ? rank : PRECISION.length + rank;
}

function precisionOf({ kind, parsed }: Candidate): (typeof PRECISION)[number] {
  const indicator = parsed.ok ? parsed.indicator : null;
  switch (kind) {
    case 'machine':
      return indicator?.kind === 'machine' && indicator.issuer === 'entra'
        ? 'entraId'
        : 'defenderId';
    case 'alert':
      return 'alert';
    case 'ip':
      return 'ip';
    default:
      return isFullName(indicator) ? 'fullName' : 'shortName';
  }
}

function isFullName(indicator: Indicator | null): boolean {
  return indicator?.kind === 'host' && indicator.form === 'fullName';
}
