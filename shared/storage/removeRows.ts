import type { TableClient } from '@azure/data-tables';
import { statusOf, storageUnavailable } from './storageErrors';

/**
 * Removes the rows that `filter` lets through, and returns how many. A row that was changed meanwhile stays. `operation`
 * completes "Cannot …". @throws {StorageUnavailableError}
 */
export async function removeRows(
  table: TableClient,
  filter: string,
  operation: string,
): Promise<number> {
  let removed = 0;
  try {
    const old = table.listEntities({
      queryOptions: { filter, select: ['partitionKey', 'rowKey'] },
    });
    for await (const { partitionKey = '', rowKey = '', etag } of old) {
      if (await removeRow(table, { partitionKey, rowKey, etag })) removed += 1;
    }
    return removed;
  } catch (error) {
    throw storageUnavailable(operation, error);
  }
}

async function removeRow(
  table: TableClient,
  { partitionKey, rowKey, etag }: { partitionKey: string; rowKey: string; etag: string },
): Promise<boolean> {
  try {
    await table.deleteEntity(partitionKey, rowKey, { etag });
    return true;
  } catch (error) {
    if ([404, 412].includes(statusOf(error) ?? 0)) return false;
    throw error;
  }
}
