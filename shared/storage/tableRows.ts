import { z } from 'zod';
import { conditionOf, statusOf, storageUnavailable } from './storageErrors';

/** A whole number beyond 32 bits, such as Unix ms, as a row keeps it. */
export const int64 = (value: number | bigint) => ({ type: 'Int64', value: String(value) }) as const;

/** Reads what {@link int64} wrote. */
export const int64Schema = z.bigint().transform(Number);

/** Null: the row does not exist. `operation` completes "Cannot …". @throws {StorageUnavailableError} */
export async function readRow<T>(operation: string, read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw storageUnavailable(operation, error);
  }
}

/**
 * The row's new ETag; null: there is one already, or it has changed or gone since it was read.
 * @throws {StorageUnavailableError}
 */
export async function writeRow(
  operation: string,
  write: () => Promise<{ readonly etag?: string }>,
): Promise<string | null> {
  try {
    const { etag } = await write();
    if (etag === undefined) throw new Error('The store answered without an ETag.');
    return etag;
  } catch (error) {
    if (isAboutTheRow(error)) return null;
    throw storageUnavailable(operation, error);
  }
}

/** A table that is missing or being removed answers with the same statuses, and nothing was written. */
function isAboutTheRow(error: unknown): boolean {
  const isConflict = [404, 409, 412].includes(statusOf(error) ?? 0);
  return isConflict && !conditionOf(error).startsWith('Table');
}
