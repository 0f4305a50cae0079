/** A file with every key of the live service, in the documented order. */
export interface KnownFile {
  readonly sha1: string;
  readonly sha256: string;
  /** Undocumented, but emitted (capture of 2020). */
  readonly md5: string;
  readonly globalPrevalence: number | null;
  readonly globalFirstObserved: string | null;
  readonly globalLastObserved: string | null;
  readonly size: number | null;
  readonly fileType: string | null;
  readonly isPeFile: boolean;
  readonly filePublisher: string | null;
  readonly fileProductName: string | null;
  readonly signer: string | null;
  readonly issuer: string | null;
  readonly signerHash: string | null;
  readonly isValidCertificate: boolean | null;
  readonly determinationType: string;
  readonly determinationValue: string | null;
}

/** A file about which only the hashes and the times are known. */
export function knownFile(
  hashes: Pick<KnownFile, 'sha1' | 'sha256' | 'md5'>,
  known: Partial<Omit<KnownFile, 'sha1' | 'sha256' | 'md5'>>,
): KnownFile {
  return {
    ...hashes,
    globalPrevalence: null,
    globalFirstObserved: null,
    globalLastObserved: null,
    size: null,
    fileType: null,
    isPeFile: false,
    filePublisher: null,
    fileProductName: null,
    signer: null,
    issuer: null,
    signerHash: null,
    isValidCertificate: null,
    determinationType: 'Unknown',
    determinationValue: null,
    ...known,
  };
}

/** What a later release of the service may add. */
export function futureFile(file: KnownFile): Record<string, unknown> {
  return { ...file, sha512: null, reputation: { verdict: 'Unseen', score: 0 } };
}
