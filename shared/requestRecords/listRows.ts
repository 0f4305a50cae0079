import type { TableClient, TableEntityResult } from '@azure/data-tables';
import { conditionOf, storageUnavailable } from '../storage/storageErrors';

const TIMEOUT_MS = 10_000;

export interface ListRowsOptions {
  readonly filter: string;
  /** Default: all properties. */
  readonly select?: string[];
  /** Default: all rows. */
  readonly max?: number;
  /** For all pages together. Default: ten seconds. */
  readonly timeoutMs?: number;
}

/** None where there is no such table. `operation` completes "Cannot …". @throws {StorageUnavailableError} */
export async function listRows(
  table: TableClient,
  operation: string,
  { filter, select, max = Infinity, timeoutMs = TIMEOUT_MS }: ListRowsOptions,
): Promise<readonly TableEntityResult<object>[]> {
  const rows = [];
  const queryOptions = { filter, ...(select && { select }) };
  const abortSignal = AbortSignal.timeout(timeoutMs);
  try {
    for await (const row of table.listEntities({ queryOptions, abortSignal })) {
      rows.push(row);
      if (rows.length >= max) break;
    }
  } catch (error) {
    if (conditionOf(error) !== 'TableNotFound') throw storageUnavailable(operation, error);
  }
  return rows;
}
