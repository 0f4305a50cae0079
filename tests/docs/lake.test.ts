import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { createFleet } from '../../local/defender/fleet/createFleet';
import { WELL_KNOWN } from '../../local/defender/wellKnown';
import { machineSchema, type Machine } from '../../shared/defender/DefenderAnswer';
import {
  DELTA_COLUMNS,
  DEVICE_COLUMNS,
  type Column,
  type DeltaRow,
} from '../../shared/inventory/snapshot/deviceColumns';
import { openDeltaFiles, openDeviceFiles } from '../../shared/inventory/snapshot/snapshotFiles';

const DOC = readFileSync(join(__dirname, '..', '..', 'docs', 'lake.md'), 'utf8');
const MARK = { runId: 'r', slot: '2026-01-31T02:10:00.000Z', tenantId: 't' };
const OUTPUTS = ['csv', 'parquet'] as const;
/** The folder of the recipes lies in here. */
const work = mkdtempSync(join(tmpdir(), 'lake-'));
const folder = join(work, 'snapshot');

const startAt = Date.parse('2026-01-31T02:00:00Z');
const { tenantId } = MARK;
/** A local fleet, hard names included; one machine says nothing as documented. */
const fleet: readonly Machine[] = [
  ...createFleet({ seed: 1, machines: 120, startAt, tenantId }).machines,
  {
    id: 'f'.repeat(40),
    lastSeen: '2026-01-31T02:10:00.9999999+02:00',
    firstSeen: 'host 1',
    osBuild: '1',
    riskScore: 'None',
    ipAddresses: [{ ipAddress: '=|;\n"', macAddress: null }],
  },
].map((machine) => machineSchema.parse(machine));
const delta: readonly Pick<DeltaRow, 'change' | 'changedFields' | 'machine'>[] = fleet.map(
  (machine, at) =>
    at % 2 === 0
      ? { change: 'changed', changedFields: ['machineTags', 'riskScore'], machine }
      : { change: 'new', changedFields: null, machine },
);

beforeAll(async () => {
  mkdirSync(folder);
  const devices = await openDeviceFiles(folder, OUTPUTS);
  const deltas = await openDeltaFiles(folder, OUTPUTS);
  for (const machine of fleet) {
    for (const file of devices) await file.add({ machine, mark: MARK });
  }
  for (const row of delta) for (const file of deltas) await file.add({ ...row, mark: MARK });
  for (const file of [...devices, ...deltas]) await file.close();
});
afterAll(() => {
  rmSync(work, { recursive: true });
});

/** The cells of each row of the table below the heading. */
function tableBelow(heading: string): string[][] {
  const section = DOC.slice(DOC.indexOf(`\n## ${heading}\n`)).slice(1);
  const lines = section.slice(0, section.indexOf('\n## ')).split('\n');
  return lines
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** What is fenced as `language` below the heading of a recipe. */
function recipes(heading: string, language: string): string[] {
  const section = DOC.slice(DOC.indexOf(`\n### ${heading}\n`)).slice(1);
  const end = section.indexOf('\n### ');
  const fence = new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'gm');
  return [...section.slice(0, end).matchAll(fence)].map(([, code = '']) => code);
}

/** Changed by CSV to be safe; the test of hard names looks at them. */
const UNSAFE_IN_CSV = ['computerDnsName', 'machineTags', 'macAddresses'];
const COMPARED = DEVICE_COLUMNS.filter(({ name }) => !UNSAFE_IN_CSV.includes(name));
const MARKED: Readonly<Record<string, string>> = {
  snapshotRunId: '_snapshot.runId',
  snapshotSlot: '_snapshot.slot',
  tenantId: '_snapshot.tenantId',
};
const SQL_TYPES: Readonly<Record<Column<never>['type'], string>> = {
  text: 'VARCHAR',
  json: 'VARCHAR',
  instant: 'TIMESTAMP WITH TIME ZONE',
  int32: 'INTEGER',
  int64: 'BIGINT',
  boolean: 'BOOLEAN',
  texts: 'VARCHAR[]',
};

/** The CSV, every column with its type. */
function csv(): string {
  const types = DEVICE_COLUMNS.filter(({ type }) => type !== 'texts').map(
    ({ name, type }) => `'${name}': '${SQL_TYPES[type]}'`,
  );
  return `SELECT * FROM read_csv('snapshot/devices.csv', header = true, types = {${types.join(', ')}})`;
}

/** The NDJSON, each field read by the rules of the table: null unless it is of its column's type. */
function ndjson(): string {
  const cells = COMPARED.map(({ name, type }) => {
    const path = `'$.${MARKED[name] ?? name}'`;
    const text = `json ->> ${path}`;
    const of = (found: string, value: string) =>
      `CASE WHEN json_type(json, ${path}) IN (${found}) THEN ${value} END AS "${name}"`;
    switch (type) {
      case 'json':
        return of("'ARRAY'", `CAST(json -> ${path} AS VARCHAR)`);
      case 'instant':
        return of("'VARCHAR'", `TRY_CAST(${text} AS TIMESTAMPTZ)`);
      case 'text':
      case 'texts':
        return of("'VARCHAR'", `nullif(${text}, '')`);
      case 'int32':
      case 'int64':
        return of("'UBIGINT', 'BIGINT'", `CAST(${text} AS BIGINT)`);
      case 'boolean':
        return of("'BOOLEAN'", `CAST(${text} AS BOOLEAN)`);
    }
  });
  return `SELECT ${cells.join(', ')}
    FROM read_json_objects('snapshot/devices.ndjson.gz', format = 'newline_delimited')`;
}

/** JSON text by its meaning, as one text may be escaped otherwise. */
const compared = ({ name, type }: Pick<Column<never>, 'name' | 'type'>): string =>
  type === 'json'
    ? `from_json("${name}", '[{"ipAddress":"VARCHAR","macAddress":"VARCHAR","type":"VARCHAR"}]') AS "${name}"`
    : `"${name}"`;

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
});
afterAll(() => {
  connection.closeSync();
});

/** Values as JSON shows them; 64-bit integers are texts. */
async function query(sql: string, zone = 'UTC') {
  await connection.run(`SET TimeZone = '${zone}'`);
  const found = await connection.runAndReadAll(sql.replaceAll("'snapshot/", `'${folder}/`));
  return found.getRowObjectsJson();
}

describe('The columns in docs/lake.md', () => {
  const TYPES: Readonly<Record<Column<never>['type'], readonly string[]>> = {
    text: ['text', 'STRING'],
    json: ['JSON text', 'STRING, JSON text'],
    instant: ['`2026-01-31T02:10:00.123456Z`', 'TIMESTAMP, UTC, µs'],
    int32: ['whole number', 'INT32'],
    int64: ['whole number', 'INT64'],
    boolean: ['`true`, `false`', 'BOOLEAN'],
    texts: ['separated by `\\|`', 'LIST of STRING'],
  };

  it('are those of the CSV, in its order, with the type that each has in CSV and Parquet', () => {
    const rows = tableBelow('Columns').map(([name, , csv, parquet]) => [name, csv, parquet]);

    expect(rows).toEqual([
      ...DEVICE_COLUMNS.map(({ name, type }) => [`\`${name}\``, ...TYPES[type]]),
      ['`record`', '—', 'STRING, JSON text'],
    ]);
  });

  it.each(['devices', 'delta'])(
    'are null in %s.parquet only where the table says so',
    async (name) => {
      const never = tableBelow('Columns').filter(([, , , , isNull]) => isNull?.startsWith('never'));
      const names = never.map(([column = '']) => column.replaceAll('`', ''));
      const counts = names.map((column) => `count(*) - count("${column}") AS "${column}"`);

      const [row] = await query(`SELECT ${counts.join(', ')} FROM 'snapshot/${name}.parquet'`);

      expect(row).toEqual(Object.fromEntries(names.map((column) => [column, '0'])));
    },
  );

  it('of the delta come before those of the machine', () => {
    const [change, changedFields] = tableBelow('Delta').map(([name]) => name);
    const own = DELTA_COLUMNS.slice(0, -DEVICE_COLUMNS.length).map(({ name }) => `\`${name}\``);

    expect([change, changedFields]).toEqual(own);
  });
});

describe('DuckDB, on a snapshot of the local fleet', () => {
  it.each(recipes('DuckDB', 'sql').map((sql) => ({ sql, title: sql.split('\n')[0] })))(
    'runs the recipe: $title',
    async ({ sql }) => {
      expect((await query(sql)).length).toBeGreaterThan(0);
    },
  );

  it('finds in Parquet the types that the table names', async () => {
    const rows = await query("DESCRIBE SELECT * FROM 'snapshot/devices.parquet'");

    const found = new Map(rows.map((row) => [row['column_name'], row['column_type']]));
    const expected = DEVICE_COLUMNS.map(({ name, type }) => [name, SQL_TYPES[type]]);
    expect([...found]).toEqual([...expected, ['record', 'VARCHAR']]);
  });

  describe.each(['UTC', 'Asia/Kolkata', 'America/St_Johns'])('in the time zone %s', (zone) => {
    it.each([
      { of: 'NDJSON', source: ndjson() },
      { of: 'CSV', source: csv() },
    ])('reads the same from $of as from Parquet, column by column', async ({ source }) => {
      const columns = COMPARED.map(compared).join(', ');
      const parquet = `SELECT ${columns} FROM 'snapshot/devices.parquet'`;
      const other = `SELECT ${columns} FROM (${source})`;

      const differing = await query(
        `(${parquet} EXCEPT ALL ${other}) UNION ALL (${other} EXCEPT ALL ${parquet})`,
        zone,
      );
      const [{ machines = '', times = '' } = {}] = await query(
        `SELECT count(*) AS machines, count(lastSeen) AS times FROM (${other})`,
        zone,
      );

      expect(differing).toEqual([]);
      expect(Number(machines)).toBe(fleet.length);
      expect(Number(times)).toBeGreaterThan(fleet.length / 2);
    });

    it('reads the same from the delta as NDJSON and as Parquet', async () => {
      const parquet = `SELECT change, changedFields, snapshotRunId, snapshotSlot, tenantId, id, lastSeen
        FROM 'snapshot/delta.parquet'`;
      const lines = `SELECT change, changedFields, snapshotRunId, snapshotSlot, tenantId,
          machine->>'id' AS id, TRY_CAST(machine->>'lastSeen' AS TIMESTAMPTZ) AS lastSeen
        FROM read_json('snapshot/delta.ndjson.gz', format = 'newline_delimited', columns = {change: 'VARCHAR',
          changedFields: 'VARCHAR[]', snapshotRunId: 'VARCHAR', snapshotSlot: 'TIMESTAMPTZ', tenantId: 'VARCHAR',
          machine: 'JSON'})`;

      expect(await query(`${parquet} EXCEPT ALL ${lines}`, zone)).toEqual([]);
      expect(await query(`SELECT id FROM (${lines})`, zone)).toHaveLength(fleet.length);
    });
  });

  it('finds the hard names as they are in Parquet, and without formulas in CSV', async () => {
    const ids = WELL_KNOWN.hardNames.map(({ id }) => `'${id}'`).join(', ');
    const names = `SELECT computerDnsName AS name FROM FILE WHERE id IN (${ids}) ORDER BY id`;
    const of = async (file: string) =>
      (await query(names.replace('FILE', file))).map(({ name }) => name);

    const exact = WELL_KNOWN.hardNames.map(({ computerDnsName }) => computerDnsName);
    expect(await of("'snapshot/devices.parquet'")).toEqual(exact);
    expect(await of(`(${csv()})`)).toEqual(
      exact.map((name) => (name.startsWith('=') ? `'=cmd|' /C calc'!A0` : name)),
    );
  });
});

const isThere = (command: string, ...args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

if (isThere('jq', '--version') && isThere('gzip', '--version')) {
  describe('jq', () => {
    it.each(recipes('jq', 'sh').map((script) => ({ script, title: script.split('\n')[0] })))(
      'runs the recipe: $title',
      ({ script }) => {
        const output = execFileSync('sh', ['-euc', script], { cwd: work, encoding: 'utf8' });

        expect(output.trim().split('\n').length).toBeGreaterThan(1);
      },
    );
  });
}

if (isThere('python3', '-c', 'import pandas, pyarrow')) {
  describe('pandas', () => {
    it('runs the recipe', () => {
      const [script = ''] = recipes('pandas', 'python');

      const { status } = spawnSync('python3', ['-c', script], { cwd: work });

      expect(status).toBe(0);
    });
  });
}
