export interface BlobOptions {
  readonly contentType: string;
  readonly contentEncoding?: 'gzip';
}

/** Write-once payloads of one container: what does not fit into a message. */
export interface BlobStore {
  /** The container's name, as consumers of a message need it. */
  readonly container: string;
  /**
   * Writes the blob unless it exists; a repeated writer gets `exists` and the first bytes stay.
   * @throws {StorageUnavailableError}
   */
  create(name: string, bytes: Buffer, options: BlobOptions): Promise<'created' | 'exists'>;
  /** The bytes as written (a gzip blob is not unpacked), null if missing. @throws {StorageUnavailableError} */
  read(name: string): Promise<Buffer | null>;
  /** Names of the blobs that begin with `prefix`, in any order. @throws {StorageUnavailableError} */
  list(prefix: string): Promise<readonly string[]>;
  /** Removes the blob; none there is fine. @throws {StorageUnavailableError} */
  delete(name: string): Promise<void>;
}
