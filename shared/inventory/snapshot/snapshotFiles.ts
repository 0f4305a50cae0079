import { join } from 'node:path';
import type { InventoryOutput } from '../../config/AppConfig';
import { csvLine } from './csvCell';
import {
  csvValueOf,
  DELTA_COLUMNS,
  DEVICE_COLUMNS,
  type Column,
  type DeltaRow,
  type DeviceRow,
} from './deviceColumns';
import { LineFile } from './LineFile';
import { ParquetFile } from './ParquetFile';
import { SPLUNK_COLUMNS, splunkAsset } from './splunkAsset';

export type FileFormat = 'ndjson' | 'csv' | 'splunk' | 'parquet';

export interface FormatNames {
  /** Of the dated file. */
  readonly part: string;
  /** Of the copy under `latest`. */
  readonly latest: string;
  readonly contentType: string;
}

export const FORMATS: Readonly<Record<FileFormat, FormatNames>> = {
  ndjson: {
    part: 'part-00000.ndjson.gz',
    latest: 'devices.ndjson.gz',
    contentType: 'application/gzip',
  },
  csv: { part: 'part-00000.csv', latest: 'devices.csv', contentType: 'text/csv; charset=utf-8' },
  splunk: {
    part: 'splunk_assets.csv',
    latest: 'splunk_assets.csv',
    contentType: 'text/csv; charset=utf-8',
  },
  parquet: {
    part: 'part-00000.parquet',
    latest: 'devices.parquet',
    contentType: 'application/vnd.apache.parquet',
  },
};

export type DeltaFormat = 'delta' | 'deltaParquet';

/** Not under `latest`: changes are in the dated files. */
export const DELTA_FORMATS: Readonly<Record<DeltaFormat, Omit<FormatNames, 'latest'>>> = {
  delta: { part: 'delta.ndjson.gz', contentType: FORMATS.ndjson.contentType },
  deltaParquet: { part: 'delta.parquet', contentType: FORMATS.parquet.contentType },
};

/** A local file that grows row by row. */
export interface SnapshotFile<Row, Format> {
  readonly format: Format;
  readonly path: string;
  readonly rows: number;
  add(row: Row): Promise<void>;
  close(): Promise<void>;
}
export type DeviceFile = SnapshotFile<DeviceRow, FileFormat>;
export type DeltaFile = SnapshotFile<DeltaRow, DeltaFormat>;

/** NDJSON is always written: it is what the next run compares itself with. `csv` means both CSV files. */
export async function openDeviceFiles(
  folder: string,
  outputs: readonly InventoryOutput[],
): Promise<readonly DeviceFile[]> {
  const ndjson = ({ machine, mark }: DeviceRow) =>
    `${JSON.stringify({ ...machine, _snapshot: mark })}\n`;
  const files: DeviceFile[] = [lineFile('ndjson', join(folder, FORMATS.ndjson.latest), ndjson)];
  if (outputs.includes('csv')) {
    const csv = (row: DeviceRow) =>
      csvLine(DEVICE_COLUMNS.map((column) => csvValueOf(column, row)));
    // As Splunk asks for it (Format an asset list as a lookup, Enterprise Security 7.1).
    const asset = (cells: readonly string[]) => csvLine(cells, '\n');
    const splunk = ({ machine }: DeviceRow) => asset(splunkAsset(machine));
    const head = csvLine(DEVICE_COLUMNS.map(({ name }) => name));
    files.push(
      lineFile('csv', join(folder, FORMATS.csv.latest), csv, head),
      lineFile('splunk', join(folder, FORMATS.splunk.latest), splunk, asset(SPLUNK_COLUMNS)),
    );
  }
  if (outputs.includes('parquet')) {
    files.push(await parquetFile('parquet', join(folder, FORMATS.parquet.latest), DEVICE_COLUMNS));
  }
  return files;
}

/** What has changed: NDJSON always, and Parquet where machines are written as such. */
export async function openDeltaFiles(
  folder: string,
  outputs: readonly InventoryOutput[],
): Promise<readonly DeltaFile[]> {
  const path = (format: DeltaFormat) => join(folder, DELTA_FORMATS[format].part);
  const files: DeltaFile[] = [lineFile('delta', path('delta'), deltaLine)];
  if (outputs.includes('parquet')) {
    files.push(await parquetFile('deltaParquet', path('deltaParquet'), DELTA_COLUMNS));
  }
  return files;
}

function deltaLine({ change, changedFields, machine, mark }: DeltaRow): string {
  const { runId, slot, tenantId } = mark;
  const snapshot = { snapshotRunId: runId, snapshotSlot: slot, tenantId };
  return `${JSON.stringify({ change, changedFields, ...snapshot, machine })}\n`;
}

function lineFile<Row, Format>(
  format: Format,
  path: string,
  toLine: (row: Row) => string,
  head = '',
): SnapshotFile<Row, Format> {
  const file = new LineFile(path, { gzip: path.endsWith('.gz'), head });
  return asSnapshotFile(format, file, (row) => file.write(toLine(row)));
}

async function parquetFile<Row extends DeviceRow, Format>(
  format: Format,
  path: string,
  columns: readonly Column<Row>[],
): Promise<SnapshotFile<Row, Format>> {
  const file = await ParquetFile.create(path, columns);
  return asSnapshotFile(format, file, (row) => file.write(row));
}

function asSnapshotFile<Row, Format>(
  format: Format,
  file: Pick<SnapshotFile<Row, Format>, 'path' | 'rows' | 'close'>,
  add: (row: Row) => Promise<void>,
): SnapshotFile<Row, Format> {
  return {
    format,
    path: file.path,
    add,
    get rows() {
      return file.rows;
    },
    close: () => file.close(),
  };
}
