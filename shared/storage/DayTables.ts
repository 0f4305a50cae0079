import type { TableClient } from '@azure/data-tables';

/** Tables of one purpose, one for each day (UTC), so that all that is old goes in one stroke. */
export interface DayTables {
  /** That of the day of `at` (Unix ms). It is made by the first write; until then a read finds nothing. */
  of(at: number): TableClient;
  /** Removes the tables of the days that were over before `at`; returns their number. @throws {StorageUnavailableError} */
  removeBefore(at: number): Promise<number>;
}

/** As in `requests20261129`. */
export const dayTableName = (prefix: string, at: number): string =>
  prefix + new Date(at).toISOString().slice(0, 10).replaceAll('-', '');

/** Of the tables with these names those that are of `prefix`, and of a day that was over before `at`. */
export function tablesBefore(names: readonly string[], prefix: string, at: number): string[] {
  const isOfDay = new RegExp(`^${prefix}\\d{8}$`);
  // Days are in order as text, too.
  const oldestKept = dayTableName(prefix, at);
  return names.filter((name) => isOfDay.test(name) && name < oldestKept);
}
