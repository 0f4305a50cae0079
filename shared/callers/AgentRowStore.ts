/** What agents took: at `at` (Unix ms) `count` of it, for that request; null: for none that is known. */
export interface AgentNote {
  readonly at: number;
  readonly count: number;
  readonly requestId: string | null;
}

/** A row as read. `notes` null: it cannot be understood; `etag` null: there is none. */
export interface StoredNotes {
  readonly notes: readonly AgentNote[] | null;
  readonly etag: string | null;
}

/** Rows in which all processes note what agents took. All methods throw {StorageUnavailableError}. */
export interface AgentRowStore {
  read(row: string): Promise<StoredNotes>;
  /** The new ETag; null: the row is not as it was read (`etag`; null: there was none). */
  write(row: string, notes: readonly AgentNote[], etag: string | null): Promise<string | null>;
}
