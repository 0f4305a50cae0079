import type { TableClient } from '@azure/data-tables';
import { z } from 'zod';
import { readRow, writeRow } from '../storage/tableRows';
import type { AgentNote, AgentRowStore, StoredNotes } from './AgentRowStore';

const VERSION = 1;
const TIMEOUT_MS = 3_000;

const notesSchema = z.array(
  z
    .tuple([z.int().min(0), z.int().min(0), z.string().nullable()])
    .transform(([at, count, requestId]) => ({ at, count, requestId })),
);
const rowSchema = z.object({
  v: z.literal(VERSION),
  taken: z.string().transform((json) => notesSchema.parse(JSON.parse(json))),
});

/** Rows `agents|…` of table `quota`, beside the calendars. */
export class TableAgentRowStore implements AgentRowStore {
  constructor(
    private readonly table: TableClient,
    /** Of the calendars. */
    private readonly partition: string,
  ) {}

  async read(row: string): Promise<StoredNotes> {
    const found = await readRow('read what agents took', () =>
      this.table.getEntity(this.partition, `agents|${row}`, { abortSignal: timeout() }),
    );
    return { notes: found ? notesIn(found) : [], etag: found?.etag ?? null };
  }

  write(row: string, notes: readonly AgentNote[], etag: string | null): Promise<string | null> {
    const taken = notes.map(({ at, count, requestId }) => [at, count, requestId]);
    const keys = { partitionKey: this.partition, rowKey: `agents|${row}` };
    const entity = { ...keys, v: VERSION, taken: JSON.stringify(taken) };
    const options = { abortSignal: timeout() };
    return writeRow('note what agents took', () =>
      etag === null
        ? this.table.createEntity(entity, options)
        : this.table.updateEntity(entity, 'Replace', { ...options, etag }),
    );
  }
}

/** Null: not of this version, or not written by this app. */
function notesIn(row: object): readonly AgentNote[] | null {
  try {
    return rowSchema.parse(row).taken;
  } catch {
    return null;
  }
}

const timeout = (): AbortSignal => AbortSignal.timeout(TIMEOUT_MS);
