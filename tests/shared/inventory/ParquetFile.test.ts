import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Machine } from '../../../shared/defender/DefenderAnswer';
import { ParquetFile } from '../../../shared/inventory/ParquetFile';

const folder = mkdtempSync(join(tmpdir(), 'parquet-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

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
  const file = await ParquetFile.create(join(folder, name));
  for (const machine of machines) await file.write(machine);
  await file.close();
  const { buffer, byteOffset, byteLength } = readFileSync(file.path);
  const { parquetReadObjects } = await import('hyparquet');
  return parquetReadObjects({ file: buffer.slice(byteOffset, byteOffset + byteLength) });
}

describe('ParquetFile', () => {
  it('gives back what was written, typed', async () => {
    const rows = await roundTrip([full, sparse], 'two.parquet');

    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({
      ...{ id: full.id, computerDnsName: 'größe.contoso.com', osBuild: 22631, isAadJoined: true },
      lastSeen: new Date('2026-01-31T02:10:00.123Z'),
      machineTags: ['one', 'two'],
      ipAddresses: ['10.1.2.3', 'fe80::1'],
      macAddresses: ['00:15:5d:01:02:ff'],
    });
    expect(JSON.parse(String(rows[0]?.['record']))).toEqual(full);
    expect(rows[1]).toMatchObject({ id: sparse.id, machineTags: [] });
    expect(rows[1]?.['lastSeen'] ?? null).toBeNull();
  });

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
});
