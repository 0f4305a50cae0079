import { randomUUID } from 'node:crypto';
import { odata } from '@azure/data-tables';
import { z } from 'zod';
import type { Clock } from '../clock/Clock';
import { DAY_MS } from '../clock/durations';
import type { Cancellation, CancellationStore } from '../lookups/Cancellations';
import type { DayTables } from '../storage/DayTables';
import { int64, int64Schema, writeRow } from '../storage/tableRows';
import { listRows } from './listRows';

const PARTITION = 'cancel';
/** A lookup lives 36 hours at most, and its second look a day longer. */
const KEPT_DAYS = 3;

const row = z.object({
  writtenAt: int64Schema,
  request: z.string().optional(),
  source: z.string().optional(),
  before: int64Schema.optional(),
});

/** Cancellations beside the requests, in the table of the day on which they were written. */
export class TableCancellationStore implements CancellationStore {
  constructor(
    private readonly tables: DayTables,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  async add({ writtenAt, by }: Cancellation): Promise<void> {
    await writeRow('write a cancellation', () =>
      this.tables.of(writtenAt).createEntity({
        partitionKey: PARTITION,
        rowKey: `${new Date(writtenAt).toISOString()}|${randomUUID()}`,
        writtenAt: int64(writtenAt),
        ...('before' in by ? { before: int64(by.before) } : by),
      }),
    );
  }

  async list(): Promise<readonly Cancellation[]> {
    const now = this.clock.now();
    const days = Array.from({ length: KEPT_DAYS }, (_, ago) => now - ago * DAY_MS);
    const filter = odata`PartitionKey eq ${PARTITION}`;
    const rows = await Promise.all(
      days.map((day) => listRows(this.tables.of(day), 'read cancellations', { filter })),
    );
    return rows.flat().flatMap((each): readonly Cancellation[] => {
      const { writtenAt, request, source, before } = row.parse(each);
      if (request !== undefined) return [{ writtenAt, by: { request } }];
      if (source !== undefined) return [{ writtenAt, by: { source } }];
      return before === undefined ? [] : [{ writtenAt, by: { before } }];
    });
  }
}
