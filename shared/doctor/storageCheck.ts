import type { StateStorage } from '../storage/createStateStorage';
import { StorageUnavailableError } from '../storage/StorageUnavailableError';
import { conditionOf } from '../storage/storageErrors';
import { failed, ok, type Check, type CheckResult } from './Check';

const TABLES = ['quota', 'claims', 'batches', 'activity', 'inventory'] as const;
const CONTAINERS = ['answers', 'results', 'quarantine', 'inventory'] as const;
const ROW = { partitionKey: 'doctor', rowKey: 'doctor' };
const RIGHTS: Readonly<Record<string, string>> = {
  table: 'Storage Table Data Contributor',
  container: 'Storage Blob Data Contributor',
};

/** Writes to each table and container, and removes it again. */
export function storageCheck(storage: Pick<StateStorage, 'table' | 'blobs'>): Check {
  return () =>
    Promise.all([
      ...TABLES.map((name) =>
        examine('table', name, async () => {
          const table = storage.table(name, { maxRetries: 0 });
          await table.upsertEntity(ROW);
          await table.deleteEntity(ROW.partitionKey, ROW.rowKey);
        }),
      ),
      ...CONTAINERS.map((name) =>
        examine('container', name, async () => {
          const blobs = storage.blobs(name);
          await blobs.create('doctor', Buffer.alloc(0), { contentType: 'text/plain' });
          await blobs.delete('doctor');
        }),
      ),
    ]);
}

async function examine(
  kind: string,
  name: string,
  write: () => Promise<void>,
): Promise<CheckResult> {
  const check = `${kind} ${name}`;
  try {
    await write();
    return ok(check, 'can be written');
  } catch (error) {
    const condition =
      error instanceof StorageUnavailableError ? error.condition : conditionOf(error);
    const isRight = /Authori[sz]ation|Authentication|Forbidden/.test(condition);
    const mend = isRight
      ? `Give the identity the role ${RIGHTS[kind] ?? ''} on the storage account.`
      : 'See StateStorage, and whether the account lets the network of the app in.';
    return failed(check, `cannot be written: ${condition}`, mend);
  }
}
