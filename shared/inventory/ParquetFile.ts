import type { ParquetWriter, SchemaElement } from 'hyparquet-writer' with {
  'resolution-mode': 'import',
};
import type { Machine } from '../defender/DefenderAnswer';
import { DEVICE_COLUMNS, type DeviceColumn } from './deviceColumns';

/** Rows kept in memory until they are written; what readers skip or read as one. */
const GROUP_ROWS = 10_000;

/** A local Parquet file of machines, Snappy-packed, with the columns of the CSV and the whole record as JSON. */
export class ParquetFile {
  rows = 0;
  private group: Machine[] = [];

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
    this.rows += 1;
    this.group.push(machine);
    if (this.group.length >= GROUP_ROWS) await this.flush();
  }

  async close(): Promise<void> {
    if (this.group.length > 0) await this.flush();
    await this.writer.finish();
  }

  private async flush(): Promise<void> {
    const machines = this.group;
    this.group = [];
    const columnData = DEVICE_COLUMNS.map((column) => ({
      name: column.name,
      data: machines.map((machine) => cellOf(column, machine)),
    }));
    const record = machines.map((machine) => JSON.stringify(machine));
    await this.writer.write({
      columnData: [...columnData, { name: 'record', data: record }],
      rowGroupSize: GROUP_ROWS,
    });
  }
}

function cellOf(column: DeviceColumn, machine: Machine) {
  if (column.type !== 'instant') return column.of(machine) ?? undefined;
  const at = new Date(column.of(machine) ?? NaN);
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
    case 'number':
      return [{ ...optional, type: 'INT32' }];
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
