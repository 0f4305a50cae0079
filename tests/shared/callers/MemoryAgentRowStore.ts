import type { AgentNote, AgentRowStore, StoredNotes } from '../../../shared/callers/AgentRowStore';
import { StorageUnavailableError } from '../../../shared/storage/StorageUnavailableError';

/** Rows in memory, each request a step of its own, so that two processes come between each other. */
export class MemoryAgentRowStore implements AgentRowStore {
  reads = 0;
  writes = 0;
  isDown = false;
  private readonly rows = new Map<string, StoredNotes>();
  private version = 0;

  async read(row: string): Promise<StoredNotes> {
    this.reads += 1;
    await this.answer();
    return this.rows.get(row) ?? { notes: [], etag: null };
  }

  async write(
    row: string,
    notes: readonly AgentNote[],
    etag: string | null,
  ): Promise<string | null> {
    this.writes += 1;
    await this.answer();
    return (this.rows.get(row)?.etag ?? null) === etag ? this.put(row, notes) : null;
  }

  /** As a person, or another version, would; null: what nothing can be made of. */
  put(row: string, notes: readonly AgentNote[] | null): string {
    const etag = `v${(this.version += 1)}`;
    this.rows.set(row, { notes, etag });
    return etag;
  }

  notesOf(row: string): readonly AgentNote[] {
    return this.rows.get(row)?.notes ?? [];
  }

  private async answer(): Promise<void> {
    await Promise.resolve();
    if (this.isDown) throw new StorageUnavailableError('use the row', 'ECONNREFUSED');
  }
}
