import { isJsonObject } from '../../json/Json';
import { meaningOf, spelling } from '../spellings';
import { toCandidate, valueOf, type Candidate, type Places } from './Candidate';
import type { Place } from './Place';
import { isWindowsBinary } from './windowsBinaries';

/** What a message states about one file. */
export interface FileParts {
  /**
   * Its digests: under keys that name the algorithm (`sha1`, `SHA256`), in objects of such keys, as `{algorithm, value}`,
   * as text `SHA1=…,MD5=…`, or bare; or lists of those.
   */
  readonly hashes: Places;
  readonly name?: Place;
  /** Its folder, or its full path. */
  readonly path?: Place;
  /** Whether the message calls this file suspicious: then Windows' own binaries are looked up too. */
  readonly isSuspicious?: boolean;
  readonly seenAt?: Place;
}

export interface FileEvidence {
  /** The digests of each file, the most precise first. */
  readonly files: readonly (readonly Candidate[])[];
  readonly empty: readonly Place[];
  readonly isWindowsOwn: boolean;
}

/** Defender lists machines by SHA-1; a SHA-256 takes one call more, an MD5 has no list. */
const PRECISION: readonly string[] = ['sha1', 'sha256', 'md5'];
const ALGORITHM_KEYS = ['algorithm', 'Algorithm', 'algorithm_name', 'hashType', 'type'];
const VALUE_KEYS = ['value', 'Value', 'hashValue', 'HashValue', 'hash'];
const SEPARATOR = /[,;\s]+/;
const NAMED = /^([a-z0-9-]{1,16})[=:]([0-9a-f]+)$/i;
/** Far longer than any name of an algorithm. */
const MAX_ALGORITHM = 64;
/** Far more than the digests of one file. */
const MAX_TEXT = 1024;

export function readFile({ hashes, name, path, isSuspicious = false }: FileParts): FileEvidence {
  const digests = (
    Array.isArray(hashes) ? (hashes as readonly Place[]) : [hashes as Place]
  ).flatMap(digestsAt);
  const read = digests.map(
    ({ place, algorithm }) => [place, toCandidate('file', place, algorithm)] as const,
  );
  const candidates = read.flatMap(([, candidate]) => candidate ?? []);
  const where = path?.text ?? null;
  return {
    files: filesOf(digestsInOrder(candidates)),
    empty: read.flatMap(([place, candidate]) => (candidate ? [] : [place])),
    isWindowsOwn: !isSuspicious && where !== null && isWindowsBinary(where, name?.text ?? null),
  };
}

/** Most directly searched for first; what Defender does not search for comes last. */
export function digestsInOrder(candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.toSorted((a, b) => rankOf(a) - rankOf(b));
}

/** Different digests of one algorithm are of several files; which of the others belong to which is unknown. */
function filesOf(candidates: readonly Candidate[]): readonly (readonly Candidate[])[] {
  const valueByRank = new Map<number, string>();
  const isSecond = (each: Candidate): boolean => {
    const known = valueByRank.get(rankOf(each)) ?? valueOf(each);
    valueByRank.set(rankOf(each), known);
    return each.parsed.ok && known !== valueOf(each);
  };
  return candidates.some(isSecond) ? candidates.map((each) => [each]) : [candidates];
}

interface Digest {
  readonly place: Place;
  readonly algorithm: string | null;
}

function digestsAt(place: Place): readonly Digest[] {
  return place.list.flatMap((each) => {
    if (isJsonObject(each.value)) return digestsOfObject(each);
    return each.text === null ? [] : digestsOfText(each, algorithmOf(place.key));
  });
}

function digestsOfObject(object: Place): readonly Digest[] {
  const value = object.at(...VALUE_KEYS);
  if (value.text !== null) {
    const algorithm = object.at(...ALGORITHM_KEYS).text?.slice(0, MAX_ALGORITHM) ?? null;
    return digestsOfText(value, algorithm);
  }
  return object.fields.flatMap((field) => {
    const algorithm = algorithmOf(field.key);
    return algorithm === null || field.text === null ? [] : digestsOfText(field, algorithm);
  });
}

/** `SHA1=…,MD5=…,IMPHASH=…`, or one digest. */
function digestsOfText(place: Place, algorithm: string | null): readonly Digest[] {
  const text = place.text ?? '';
  const parts = text.length > MAX_TEXT ? [] : text.split(SEPARATOR);
  const named = parts.flatMap((part) => {
    const [, name = '', digest] = NAMED.exec(part) ?? [];
    const known = algorithmOf(name);
    return digest === undefined || known === null
      ? []
      : [{ place: place.with(digest), algorithm: known }];
  });
  return named.length > 0 ? named : [{ place, algorithm }];
}

function algorithmOf(name: string): string | null {
  return meaningOf(spelling(name))?.hashAlgorithm ?? null;
}

function rankOf({ parsed }: Candidate): number {
  if (!parsed.ok || parsed.indicator.kind !== 'file') return PRECISION.length;
  return PRECISION.indexOf(parsed.indicator.algorithm);
}
