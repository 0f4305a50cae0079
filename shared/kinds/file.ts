import { FileHash } from '../indicators/FileHash';
import { isMeant } from '../indicators/IndicatorProblem';
import { undecorateHash } from '../indicators/undecorate';
import type { Kind } from './Kind';

/** What messages call digests, also those that Defender does not know. */
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

/** Keys and types that name the algorithm of a digest, and that algorithm. */
export const HASH_NAMES: readonly (readonly [name: string, hashAlgorithm: string])[] =
  HASH_ALGORITHMS.flatMap((hashAlgorithm) =>
    [hashAlgorithm, `filehash${hashAlgorithm}`, `file${hashAlgorithm}`, `${hashAlgorithm}hash`].map(
      (name) => [name, hashAlgorithm] as const,
    ),
  );

function parse(text: string, hashAlgorithm = '') {
  const { digest, algorithm } = undecorateHash(text);
  return FileHash.parse(digest, hashAlgorithm, algorithm);
}

export const file = {
  noun: 'file hash',
  key: { name: 'hash', description: 'SHA-1, SHA-256 or MD5' },
  names: ['hash', 'file', 'filehash'],
  parse,
  isMeant: (text) => isMeant(parse(text)),
  isDetected: true,
  mayBeNumber: false,
  isRechecked: false,
  meansOneMachine: false,
  routes: [
    {
      name: 'fileMachines',
      path: 'files/{hash}/machines',
      summary: 'Find machines by file hash',
      description: 'The machines on which a file was seen.',
      parameter: {
        name: 'hash',
        description: 'SHA-1, SHA-256 or MD5 of the file',
        example: '3395856ce81f2b7382dee72602f798b642f14140',
      },
      asks: 'all',
      takesTime: false,
    },
  ],
  steps: [
    {
      // `files/{id}/machines` knows SHA-1 only, so another hash is translated first.
      step: 'file',
      endpoint: 'file',
      query: ({ indicator }) =>
        indicator.algorithm === 'sha1' ? null : { endpoint: 'file', hash: indicator },
      match: null,
    },
    {
      step: 'fileMachines',
      endpoint: 'fileMachines',
      query: ({ indicator }, { previous }) => {
        const sha1 = indicator.algorithm === 'sha1' ? indicator : sha1Of(previous?.file?.sha1);
        return sha1 && { endpoint: 'fileMachines', sha1 };
      },
      match: { by: 'file', strong: 'each' },
    },
  ],
} as const satisfies Kind<'file'>;

function sha1Of(text: string | null | undefined): FileHash | null {
  const parsed = FileHash.parse(text ?? '');
  return parsed.ok ? parsed.indicator : null;
}
