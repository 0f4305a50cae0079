import { join } from 'node:path';
import type { InventoryOutput } from '../../config/AppConfig';
import type { Machine } from '../../defender/DefenderAnswer';
import { csvLine } from './csvCell';
import { DEVICE_COLUMNS } from './deviceColumns';
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

/** What stands in each NDJSON line beside the machine. */
export interface SnapshotMark {
  readonly runId: string;
  readonly slot: string;
  readonly tenantId: string;
}

/** A local file that grows machine by machine. */
export interface SnapshotFile {
  readonly format: FileFormat;
  readonly path: string;
  readonly rows: number;
  add(machine: Machine): Promise<void>;
  close(): Promise<void>;
}

/** NDJSON is always written: it is what the next run compares itself with. `csv` stands for both CSV files. */
export async function openSnapshotFiles(
  folder: string,
  outputs: readonly InventoryOutput[],
  mark: SnapshotMark,
): Promise<readonly SnapshotFile[]> {
  const files: SnapshotFile[] = [
    lineFile('ndjson', folder, (machine) => `${JSON.stringify({ ...machine, _snapshot: mark })}\n`),
  ];
  if (outputs.includes('csv')) {
    const csv = (machine: Machine) => csvLine(DEVICE_COLUMNS.map((column) => column.of(machine)));
    // As Splunk asks for it (Format an asset list as a lookup, Enterprise Security 7.1).
    const asset = (cells: readonly string[]) => csvLine(cells, '\n');
    const splunk = (machine: Machine) => asset(splunkAsset(machine));
    files.push(
      lineFile('csv', folder, csv, csvLine(DEVICE_COLUMNS.map(({ name }) => name))),
      lineFile('splunk', folder, splunk, asset(SPLUNK_COLUMNS)),
    );
  }
  if (outputs.includes('parquet')) {
    const file = await ParquetFile.create(join(folder, FORMATS.parquet.latest));
    files.push(asSnapshotFile('parquet', file, (machine) => file.write(machine)));
  }
  return files;
}

function lineFile(
  format: FileFormat,
  folder: string,
  toLine: (machine: Machine) => string,
  head = '',
): SnapshotFile {
  const { latest } = FORMATS[format];
  const file = new LineFile(join(folder, latest), { gzip: latest.endsWith('.gz'), head });
  return asSnapshotFile(format, file, (machine) => file.write(toLine(machine)));
}

function asSnapshotFile(
  format: FileFormat,
  file: LineFile | ParquetFile,
  add: SnapshotFile['add'],
): SnapshotFile {
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
