import type { ParquetWriter, SchemaElement } from 'hyparquet-writer' with {
  'resolution-mode': 'import',
};
import { nextTurn } from '../../clock/inTurns';
import type { Column, DeviceRow } from './deviceColumns';

/**
 * Rows, and characters of their records, that are kept in memory until they are written; what readers skip or read as one.
 * The writer works them off in one go, and everything else in the process waits for it: some 150 ms.
 */
const GROUP_ROWS = 2_500;
const GROUP_CHARACTERS = 4_000_000;

/** A local Parquet file of machines, Snappy-packed: its columns, and the whole record as JSON. */
export class ParquetFile<Row extends DeviceRow> {
  rows = 0;
  private group: { readonly row: Row; readonly record: string }[] = [];
  private characters = 0;

  private constructor(
    readonly path: string,
    private readonly columns: readonly Column<Row>[],
    private readonly writer: ParquetWriter,
  ) {}

  /** Loads the library only here, its one user. */
  static async create<Row extends DeviceRow>(
    path: string,
    columns: readonly Column<Row>[],
  ): Promise<ParquetFile<Row>> {
    const { ParquetWriter, fileWriter } = await import('hyparquet-writer');
    const writer = new ParquetWriter({ writer: fileWriter(path), schema: schemaOf(columns) });
    return new ParquetFile(path, columns, writer);
  }

  async write(row: Row): Promise<void> {
    const record = JSON.stringify(row.machine);
    this.rows += 1;
    this.characters += record.length;
    this.group.push({ row, record });
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
    const columnData = this.columns.map((column) => ({
      name: column.name,
      data: group.map(({ row }) => cellOf(column, row)),
    }));
    const record = group.map((each) => each.record);
    await nextTurn();
    await this.writer.write({
      columnData: [...columnData, { name: 'record', data: record }],
      rowGroupSize: GROUP_ROWS,
    });
    await nextTurn();
  }
}

/** What the writer takes for a value of the column's type; it throws at anything else. */
function cellOf<Row>(column: Column<Row>, row: Row) {
  if (column.type !== 'int64') return column.of(row) ?? undefined;
  const value = column.of(row);
  return value === null ? undefined : BigInt(value);
}

function schemaOf<Row>(columns: readonly Column<Row>[]): SchemaElement[] {
  return [
    { name: 'root', num_children: columns.length + 1 },
    ...columns.flatMap(({ name, type }) => elementsOf(name, type)),
    { name: 'record', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
  ];
}

function elementsOf(name: string, type: Column<never>['type']): SchemaElement[] {
  const optional = { name, repetition_type: 'OPTIONAL' } as const;
  switch (type) {
    case 'text':
    case 'json':
      return [{ ...optional, type: 'BYTE_ARRAY', converted_type: 'UTF8' }];
    case 'instant':
      return [
        {
          ...optional,
          type: 'INT64',
          // For readers older than logical types, which take it for UTC as well.
          converted_type: 'TIMESTAMP_MICROS',
          logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
        },
      ];
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
