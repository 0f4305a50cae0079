import type { ParquetWriter, SchemaElement } from 'hyparquet-writer' with {
  'resolution-mode': 'import',
};
import { z } from 'zod';
import { nextTurn } from '../../clock/inTurns';
import type { Machine } from '../../defender/DefenderAnswer';
import { DEVICE_COLUMNS, type DeviceColumn } from './deviceColumns';

/**
 * Rows, and characters of their records, that are kept in memory until they are written; what readers skip or read as one.
 * The writer works them off in one go, and everything else in the process waits for it: some 150 ms.
 */
const GROUP_ROWS = 2_500;
const GROUP_CHARACTERS = 4_000_000;

/** A local Parquet file of machines, Snappy-packed, with the columns of the CSV and the whole record as JSON. */
export class ParquetFile {
  rows = 0;
  private group: { readonly machine: Machine; readonly record: string }[] = [];
  private characters = 0;

  private constructor(
    readonly path: string,
    private readonly writer: ParquetWriter,
  ) {}

  /** Loads the library, which nobody else needs. */
  static async create(path: string): Promise<ParquetFile> {
    const { ParquetWriter, fileWriter } = await import('hyparquet-writer');
    const writer = new ParquetWriter({ writer: fileWriter(path), schema: SCHEMA });
    return new ParquetFile(path, writer);
  }

  async write(machine: Machine): Promise<void> {
    const record = JSON.stringify(machine);
    this.rows += 1;
    this.characters += record.length;
    this.group.push({ machine, record });
    const isFull = this.group.length >= GROUP_ROWS || this.characters >= GROUP_CHARACTERS;
    if (isFull) await this.flush();
  }

  async close(): Promise<void> {
    if (this.group.length > 0) await this.flush();
    await this.writer.finish();
  }

  private async flush(): Promise<void> {
    const { group } = this;
    this.group = [];
    this.characters = 0;
    const columnData = DEVICE_COLUMNS.map((column) => ({
      name: column.name,
      data: group.map(({ machine }) => cellOf(column, machine)),
    }));
    const record = group.map((row) => row.record);
    await nextTurn();
    await this.writer.write({
      columnData: [...columnData, { name: 'record', data: record }],
      rowGroupSize: GROUP_ROWS,
    });
    await nextTurn();
  }
}

/** What the writer takes for a value of the column's type; it throws at anything else. */
function cellOf(column: DeviceColumn, machine: Machine) {
  switch (column.type) {
    case 'int64': {
      const value = column.of(machine);
      return value === null ? undefined : BigInt(value);
    }
    case 'instant':
      return instantOf(column.of(machine));
    default:
      return column.of(machine) ?? undefined;
  }
}

const instantSchema = z.iso.datetime({ offset: true });

/** Without a zone, or in words, a time would be a guess. */
function instantOf(text: string | null): Date | undefined {
  const at = new Date(instantSchema.safeParse(text).data ?? NaN);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

const SCHEMA: SchemaElement[] = [
  { name: 'root', num_children: DEVICE_COLUMNS.length + 1 },
  ...DEVICE_COLUMNS.flatMap(({ name, type }) => elementsOf(name, type)),
  { name: 'record', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
];

function elementsOf(name: string, type: DeviceColumn['type']): SchemaElement[] {
  const optional = { name, repetition_type: 'OPTIONAL' } as const;
  switch (type) {
    case 'text':
      return [{ ...optional, type: 'BYTE_ARRAY', converted_type: 'UTF8' }];
    case 'instant':
      return [{ ...optional, type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' }];
    case 'int32':
      return [{ ...optional, type: 'INT32' }];
    case 'int64':
      return [{ ...optional, type: 'INT64' }];
    case 'boolean':
      return [{ ...optional, type: 'BOOLEAN' }];
    case 'texts':
      return [
        { ...optional, converted_type: 'LIST', num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        {
          name: 'element',
          repetition_type: 'OPTIONAL',
          type: 'BYTE_ARRAY',
          converted_type: 'UTF8',
        },
      ];
  }
}
