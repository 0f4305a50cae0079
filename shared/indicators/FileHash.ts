import { refusal, type ParsedIndicator } from './IndicatorProblem';
import { trimWithin } from './trimWithin';

export type HashAlgorithm = 'md5' | 'sha1' | 'sha256';

const ALGORITHM_BY_LENGTH: ReadonlyMap<number, HashAlgorithm> = new Map([
  [32, 'md5'],
  [40, 'sha1'],
  [64, 'sha256'],
]);
const ALGORITHMS: ReadonlySet<string> = new Set(ALGORITHM_BY_LENGTH.values());
/** SHA-512, the longest digest in use. */
const MAX_LENGTH = 128;
/** Shorter hexadecimal text is a number or a word, not a digest. */
const MIN_LENGTH = 32;

const MALFORMED = refusal(
  'hash.malformed',
  'Not a file hash. Send a SHA-1, SHA-256 or MD5 in hexadecimal.',
);
const UNSUPPORTED = refusal(
  'hash.unsupported',
  'Defender knows files by SHA-1, SHA-256 and MD5 only. Send one of these.',
);

/** A file's digest, in lower case; the algorithm follows from the length. */
export class FileHash {
  declare protected readonly nominal: true;
  readonly kind = 'file';

  private constructor(
    readonly value: string,
    readonly algorithm: HashAlgorithm,
  ) {}

  /**
   * `statedAlgorithms`: what the message calls the digest, in any spelling (`SHA-1`, `sha256`). It matters, as others
   * have the same length: SHA256AC (Authenticode) looks like a SHA-256, an import hash like an MD5.
   */
  static parse(text: string, ...statedAlgorithms: string[]): ParsedIndicator<FileHash> {
    const value = trimWithin(MAX_LENGTH, text).toLowerCase();
    if (!/^[0-9a-f]+$/.test(value) || value.length < MIN_LENGTH) {
      return MALFORMED;
    }
    const stated = statedAlgorithms
      .map((name) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, ''))
      .filter((name) => name !== '' && name !== 'unknown');
    if (stated.some((name) => !ALGORITHMS.has(name))) return UNSUPPORTED;

    const algorithm = ALGORITHM_BY_LENGTH.get(value.length);
    if (stated.some((name) => name !== algorithm)) return MALFORMED;
    if (!algorithm) return UNSUPPORTED;
    return { ok: true, indicator: new FileHash(value, algorithm) };
  }
}
