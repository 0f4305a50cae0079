import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Machine } from '../../../../shared/defender/DefenderAnswer';
import { DEVICE_COLUMNS } from '../../../../shared/inventory/snapshot/deviceColumns';
import { ParquetFile } from '../../../../shared/inventory/snapshot/ParquetFile';
import { countTurns } from '../../clock/countTurns';
import { readParquet } from '../readParquet';

const folder = mkdtempSync(join(tmpdir(), 'parquet-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const MARK = { runId: 'r', slot: '2026-01-31T02:10:00.000Z', tenantId: 't' };
const full: Machine = {
  id: 'a'.repeat(40),
  computerDnsName: 'größe.contoso.com',
  osBuild: 22631,
  isAadJoined: true,
  lastSeen: '2026-01-31T02:10:00.1234567Z',
  machineTags: ['one', 'two'],
  lastIpAddress: '10.1.2.3',
  ipAddresses: [{ ipAddress: 'fe80::1', macAddress: '00155D0102FF' }, { ipAddress: '127.0.0.1' }],
  unheardOf: { deep: [1] },
};
const sparse: Machine = { id: 'b'.repeat(40) };

/** Written by ours, read by another library. */
async function roundTrip(machines: readonly Machine[], name: string) {
  const file = await ParquetFile.create(join(folder, name), DEVICE_COLUMNS);
  for (const machine of machines) await file.write({ machine, mark: MARK });
  await file.close();
  return readParquet(readFileSync(file.path));
}

describe('ParquetFile', () => {
  it('gives back what was written, typed', async () => {
    const rows = await roundTrip([full, sparse], 'two.parquet');

    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({
      id: full.id,
      computerDnsName: 'größe.contoso.com',
      osBuild: 22631n,
      isAadJoined: true,
      lastSeen: new Date('2026-01-31T02:10:00.123Z'),
      machineTags: ['one', 'two'],
      ipAddresses: JSON.stringify(full['ipAddresses']),
      macAddresses: ['00:15:5d:01:02:ff'],
      snapshotRunId: 'r',
      snapshotSlot: new Date('2026-01-31T02:10:00Z'),
      tenantId: 't',
    });
    expect(JSON.parse(String(rows[0]?.['record']))).toEqual(full);
    expect(rows[1]).toMatchObject({ id: sparse.id, machineTags: [] });
    expect(rows[1]?.['lastSeen'] ?? null).toBeNull();
  });

  it.each([
    { field: 'osBuild', value: 2 ** 31, cell: 2n ** 31n },
    { field: 'osBuild', value: Number.MAX_SAFE_INTEGER, cell: 2n ** 53n - 1n },
    { field: 'osBuild', value: 2 ** 53, cell: null },
    { field: 'osBuild', value: '22631', cell: null },
    { field: 'rbacGroupId', value: 2 ** 31 - 1, cell: 2 ** 31 - 1 },
    { field: 'rbacGroupId', value: 2 ** 31, cell: null },
    { field: 'rbacGroupId', value: 0.5, cell: null },
    { field: 'isAadJoined', value: 'true', cell: null },
    { field: 'lastSeen', value: '2026-01-31T02:10:00', cell: null },
    { field: 'lastSeen', value: 'host 1', cell: null },
    { field: 'lastSeen', value: '+999999-01-01T00:00:00Z', cell: null },
    { field: 'machineTags', value: ['one', 2, null, 'two'], cell: ['one', 'two'] },
    {
      field: 'ipAddresses',
      value: [7, null, { a: '|;' }],
      cell: '[7,null,{"a":"\\u007c\\u003b"}]',
    },
    { field: 'ipAddresses', value: [], cell: '[]' },
    { field: 'ipAddresses', value: '10.1.2.3', cell: null },
  ])(
    'writes the $field $value as $cell, and every other column',
    async ({ field, value, cell }) => {
      const machine: Machine = { id: 'c'.repeat(40), riskScore: 'High', [field]: value };

      const [row] = await roundTrip([machine], 'odd.parquet');

      expect(row?.[field] ?? null).toEqual(cell);
      expect(row).toMatchObject({ id: machine.id, riskScore: 'High' });
      expect(JSON.parse(String(row?.['record']))).toEqual(machine);
    },
  );

  it('can be read without rows', async () => {
    expect(await roundTrip([], 'none.parquet')).toEqual([]);
  });

  it('keeps every row beyond one group', async () => {
    const ids = Array.from({ length: 20_001 }, (_, index) => index.toString(16).padStart(40, '0'));

    const rows = await roundTrip(
      ids.map((id) => ({ id })),
      'many.parquet',
    );

    expect(rows.map((row): unknown => row['id'])).toEqual(ids);
  });

  it.each([
    { what: 'many', rows: 10_000, machine: sparse },
    { what: 'large', rows: 20, machine: { ...full, note: 'x'.repeat(1_000_000) } },
  ])('lets others have their turn while it writes $what machines', async ({ rows, machine }) => {
    const file = await ParquetFile.create(join(folder, 'turns.parquet'), DEVICE_COLUMNS);

    const turns = await countTurns(async () => {
      for (let row = 0; row < rows; row++) await file.write({ machine, mark: MARK });
      await file.close();
    });

    expect(turns).toBeGreaterThanOrEqual(4);
  });

  // A device on which every write fails for want of space.
  (existsSync('/dev/full') ? it : it.skip)('says so when the disk is full', async () => {
    const file = await ParquetFile.create('/dev/full', DEVICE_COLUMNS);
    await file.write({ machine: full, mark: MARK });

    await expect(file.close()).rejects.toMatchObject({ code: 'ENOSPC' });
  });
});
