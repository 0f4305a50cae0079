import type { Context, Ignored } from '../../lookups/Lookup';
import type { LeftOutCode } from '../LeftOut';
import { LeftOutList } from '../LeftOutList';
import { readContext } from '../readContext';
import { readTime } from '../readTime';
import type { GivenTime, SiemAlternative, SiemEvent, SiemIndicator } from '../SiemRequest';
import { textsAt, toCandidate, valueOf, type Candidate, type Places } from './Candidate';
import { readDevice, type DeviceParts } from './deviceEvidence';
import { readFile, type FileParts } from './fileEvidence';
import { mergeTied, type Tied } from './mergeTied';
import type { Place } from './Place';

/** What a format reads once for the whole event. A place that is not given counts as not there. */
export interface EventHead {
  /** The product, as records name it: `microsoft-sentinel`, `wazuh`. */
  readonly source: string;
  /** The product's own id of the event, which is the same whenever it is sent. */
  readonly eventId?: Place;
  /** When it happened. */
  readonly observedAt?: Place;
  /** Only fields that mean an Entra tenant. */
  readonly tenantIds?: Places;
  /** Whether it is a list of what to look for: then as many files count as a message may name. */
  readonly isList?: boolean;
}

/** Of an event; a process tree may name a hundred. The first count, so a format names what is accused first. */
const MAX_FILES = 20;
const MAX_ALTERNATIVES = 10;
const MAX_ID_CHARACTERS = 1024;

/** Collects what an event asks for. Placeholders, loopback and link-local addresses are left out by themselves. */
export class EventBuilder {
  private readonly tied: Tied[] = [];
  private readonly leftOut = new LeftOutList();
  private readonly contextEntries = new Map<string, Context[string]>();
  private readonly ignored: Ignored[] = [];
  private readonly eventTime: GivenTime | null;

  constructor(private readonly head: EventHead) {
    this.eventTime = timeAt(head.observedAt, 'event');
  }

  /** Addresses, each for itself. */
  ip(places: Places, seenAt?: Place): void {
    this.singles('ip', places, seenAt);
  }

  /** Defender alert ids, each for itself. An alert about one known machine belongs into `device`. */
  alert(places: Places, seenAt?: Place): void {
    this.singles('alert', places, seenAt);
  }

  /** One machine: one lookup by its most precise value; the others are what to try next. */
  device(parts: DeviceParts): void {
    const { candidates, notAsked, empty } = readDevice(parts);
    this.leaveOutEach(empty, 'entry.empty');
    for (const { text, path } of notAsked) this.leftOut.add(text, path, 'entry.notAsked');
    this.tie('device', candidates, parts.seenAt);
  }

  /** One file: one lookup by its most precise digest. Different digests of one algorithm are as many files. */
  file(parts: FileParts): void {
    const { files, empty, isWindowsOwn } = readFile(parts);
    this.leaveOutEach(empty, 'entry.empty');
    for (const candidates of files) {
      const [first] = candidates;
      if (first && isWindowsOwn) this.leftOut.add(first.text, first.path, 'entry.notAsked');
      else this.tie('file', candidates, parts.seenAt);
    }
  }

  /** What the format's rule does not look up: listed, so that the sender sees that it was read. */
  leaveOut(places: Places, code: LeftOutCode): void {
    this.leaveOutEach(textsAt(places), code);
  }

  /** A value to hand back under a stable key; the first that is given. It is part of what makes a request new: no times of sending. */
  context(key: string, place: Place): void {
    const value = typeof place.value === 'boolean' ? place.value : place.text;
    if (value !== null && !this.contextEntries.has(key)) this.contextEntries.set(key, value);
  }

  build(): SiemEvent {
    const indicators = this.toIndicators();
    return {
      source: this.head.source,
      eventId: this.readEventId(),
      tenantIds: textsAt(this.head.tenantIds).map(({ text }) => text ?? ''),
      ...readContext(Object.fromEntries(this.contextEntries)),
      indicators,
      ignored: this.ignored,
      leftOut: this.leftOut.list,
      leftOutCount: this.leftOut.count,
    };
  }

  private singles(kind: 'ip' | 'alert', places: Places, seenAt?: Place): void {
    for (const place of textsAt(places)) {
      const candidate = toCandidate(kind, place);
      if (!candidate) this.leaveOut(place, 'entry.empty');
      else if (!candidate.parsed.ok && candidate.parsed.problem.code === 'ip.notRoutable') {
        this.leaveOut(place, 'entry.notAsked');
      } else this.tie('single', [candidate], seenAt);
    }
  }

  private tie(of: Tied['of'], candidates: readonly Candidate[], seenAt?: Place): void {
    if (candidates.length === 0) return;
    this.tied.push({ of, candidates, time: timeAt(seenAt, 'indicator') ?? this.eventTime });
  }

  private leaveOutEach(places: readonly Place[], code: LeftOutCode): void {
    for (const { value, path } of places) this.leftOut.add(value, path, code);
  }

  private readEventId(): string | null {
    const { eventId } = this.head;
    const text = eventId?.text ?? null;
    // A longer id is not cut, as it would then be that of another event.
    if (text === null || text.length <= MAX_ID_CHARACTERS) return text;
    this.ignored.push({ path: eventId?.path ?? '', code: 'field.malformed' });
    return null;
  }

  private toIndicators(): readonly SiemIndicator[] {
    let files = 0;
    return mergeTied(this.tied).flatMap((tied) => {
      if (tied.of !== 'file' || this.head.isList || ++files <= MAX_FILES)
        return this.toIndicator(tied) ?? [];
      const [first] = tied.candidates;
      if (first) this.leftOut.add(first.text, first.path, 'entry.overLimit');
      return [];
    });
  }

  /** By the first value that can be asked for; broken ones never cost a good one beside them. */
  private toIndicator({ candidates, time }: Tied): SiemIndicator | null {
    const [first, ...others] = candidates;
    if (!first) return null;
    const asked = others.filter(({ parsed }) => parsed.ok);
    for (const broken of others.filter(({ parsed }) => !parsed.ok)) {
      this.leftOut.add(broken.text, broken.path, 'entry.notAsked');
    }
    const { kind, text, path, hashAlgorithm } = first;
    const alternatives = asked.slice(0, MAX_ALTERNATIVES).map((each): SiemAlternative => ({
      kind: each.kind,
      value: valueOf(each),
      path: each.path,
      time,
    }));
    return { kind, text, hashAlgorithm, ref: null, path, time, alternatives };
  }
}

function timeAt(place: Place | undefined, from: GivenTime['from']): GivenTime | null {
  if (place?.text == null) return null;
  return { ...readTime(place.text), from, path: place.path };
}
