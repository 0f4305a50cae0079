import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { machineSchema, type Machine } from '../../../../shared/defender/DefenderAnswer';
import { DEVICE_COLUMNS } from '../../../../shared/inventory/snapshot/deviceColumns';
import {
  openDeviceFiles,
  type FileFormat,
} from '../../../../shared/inventory/snapshot/snapshotFiles';
import { SPLUNK_COLUMNS } from '../../../../shared/inventory/snapshot/splunkAsset';
import { readCsv } from '../readCsv';
import { readParquet } from '../readParquet';

const MARK = { runId: 'r', slot: '2026-01-31T02:10:00.000Z', tenantId: 't' };
const FIELDS = [...DEVICE_COLUMNS.map(({ name }) => name), 'unheardOf'];

const edges = fc.constantFrom<unknown>(
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 53,
  -(2 ** 63),
  1e308,
  -0,
  0.5,
  '0001-01-01T00:00:00Z',
  '+275760-09-13T00:00:00Z',
  'host 1',
  '\ud800',
  '\0',
  '__proto__',
  'x'.repeat(2_000),
);
const address = fc.record({ ipAddress: fc.jsonValue(), macAddress: fc.jsonValue() });
const value = fc.oneof(
  edges,
  fc.jsonValue({ stringUnit: 'binary' }),
  fc.array(fc.oneof(edges, fc.jsonValue(), address)),
);
/** As read from the wire: any JSON in any field. */
const machine: fc.Arbitrary<Machine> = fc
  .record(Object.fromEntries(FIELDS.map((name) => [name, value])), { requiredKeys: [] })
  .chain((fields) => fc.string({ minLength: 1, unit: 'binary' }).map((id) => ({ ...fields, id })))
  .map((fields) => machineSchema.parse(asJson(fields)));

const asJson = (what: unknown): unknown => JSON.parse(JSON.stringify(what));

async function write(machines: readonly Machine[]): Promise<ReadonlyMap<FileFormat, Buffer>> {
  const folder = mkdtempSync(join(tmpdir(), 'files-'));
  try {
    const files = await openDeviceFiles(folder, ['csv', 'parquet']);
    for (const each of machines)
      for (const file of files) await file.add({ machine: each, mark: MARK });
    for (const file of files) await file.close();
    return new Map(files.map(({ format, path }) => [format, readFileSync(path)]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function read(files: ReadonlyMap<FileFormat, Buffer>) {
  const bytes = (format: FileFormat) => files.get(format) ?? Buffer.alloc(0);
  const lines = gunzipSync(bytes('ndjson')).toString().split('\n').slice(0, -1);
  return {
    ndjson: lines.map((line) => JSON.parse(line) as unknown),
    csv: readCsv(bytes('csv').toString()),
    splunk: readCsv(bytes('splunk').toString()),
    parquet: await readParquet(bytes('parquet')),
  };
}

describe('The files of a snapshot', () => {
  it('are all written and can all be read, whatever JSON stands in whatever column', async () => {
    const machines = fc.array(machine, { minLength: 1, maxLength: 20 });
    const property = fc.asyncProperty(machines, async (fleet) => {
      const { ndjson, csv, splunk, parquet } = await read(await write(fleet));

      const widths = (rows: readonly (readonly string[])[]) => rows.map((row) => row.length);
      const each = (width: number) => [{}, ...fleet].map(() => width);
      expect(ndjson).toEqual(fleet.map((one) => asJson({ ...one, _snapshot: MARK })));
      expect(widths(csv)).toEqual(each(DEVICE_COLUMNS.length));
      expect(widths(splunk)).toEqual(each(SPLUNK_COLUMNS.length));
      expect(parquet.map((row) => JSON.parse(String(row['record'])) as unknown)).toEqual(
        fleet.map(asJson),
      );
    });
    await fc.assert(property, { numRuns: 40 });
  }, 60_000);
});
