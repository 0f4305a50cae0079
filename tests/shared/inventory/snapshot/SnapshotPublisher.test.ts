import { gzipSync } from 'node:zlib';
import { startAzurite, type Azurite } from '../../../../local/azurite';
import { newRun, runIdOf } from '../../../../shared/inventory/run/InventoryRun';
import { DELTA_COLUMNS } from '../../../../shared/inventory/snapshot/deviceColumns';
import type { Manifest } from '../../../../shared/inventory/snapshot/Manifest';
import { indexPath, latestPath } from '../../../../shared/inventory/snapshot/snapshotPaths';
import { parquetColumns, readParquet } from '../readParquet';
import { machine, SLOT, SnapshotShelf, TENANT } from '../SnapshotShelf';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.close());

const LATEST = latestPath(TENANT, 'manifest.json');
const open = (): SnapshotShelf => SnapshotShelf.open(azurite);

const FLEET = [1, 2, 3, 4, 5].map((id) => machine(id));
const markOf = (runId: string, { slot }: Manifest) => ({
  snapshotRunId: runId,
  snapshotSlot: slot,
  tenantId: TENANT,
});
const ids = (lines: readonly object[]) => lines.map((line) => (line as { id: string }).id);

describe('SnapshotPublisher', () => {
  it('lists each machine once, as it was read last', async () => {
    const shelf = open();
    const [first, second, third] = FLEET as [
      (typeof FLEET)[0],
      (typeof FLEET)[0],
      (typeof FLEET)[0],
    ];
    const newer = { ...second, riskScore: 'High' };
    const { run, walked } = await shelf.walk([[first, second], [second, third], [newer]]);

    const published = await shelf.publisher().publish(run, walked);

    const latest = await shelf.newest();
    const lines = await shelf.linesOf(latest, 'ndjson');
    expect(published).toEqual({ status: 'published', machines: 3, warnings: [] });
    expect(ids(lines).toSorted()).toEqual([first.id, second.id, third.id]);
    expect(lines).toContainEqual({
      ...newer,
      _snapshot: { runId: run.runId, slot: '2026-01-31T02:10:00.000Z', tenantId: TENANT },
    });
    expect(latest).toMatchObject({
      complete: true,
      previousRunId: null,
      delta: { new: 3, changed: 0, retired: 0 },
      counts: { total: 3, byRiskScore: { Low: 2, High: 1 }, byOsPlatform: { unspecified: 3 } },
    });
  });

  it('lays its files out as documented', async () => {
    const shelf = open();

    const { runId } = await shelf.take(FLEET, { outputs: ['csv', 'parquet'] });

    const day = `tenant=${TENANT}/dt=2026-01-31`;
    const latest = `v1/latest/tenant=${TENANT}`;
    expect(await shelf.paths()).toEqual(
      [
        `v1/devices/format=ndjson/${day}/run=${runId}/part-00000.ndjson.gz`,
        `v1/devices/format=csv/${day}/run=${runId}/part-00000.csv`,
        `v1/devices/format=splunk/${day}/run=${runId}/splunk_assets.csv`,
        `v1/devices/format=parquet/${day}/run=${runId}/part-00000.parquet`,
        `v1/delta/${day}/run=${runId}/delta.ndjson.gz`,
        `v1/delta/${day}/run=${runId}/delta.parquet`,
        `v1/manifests/${day}/${runId}.json`,
        `${latest}/devices.ndjson.gz`,
        `${latest}/devices.csv`,
        `${latest}/splunk_assets.csv`,
        `${latest}/devices.parquet`,
        `${latest}/manifest.json`,
        indexPath(runId),
        `work/${runId}/previous.json`,
      ].sort(),
    );
    expect(await shelf.wrongLatestFiles()).toEqual([]);
  });

  it('leaves latest as it is for a run that was not to be published, complete as it is', async () => {
    const shelf = open();
    await shelf.take(FLEET);
    const before = await shelf.latest();

    const kept = await shelf.take(
      [...FLEET, machine(6)],
      {},
      [],
      newRun(shelf.now, shelf.now, false),
    );

    expect(kept).toMatchObject({ status: 'kept', manifest: { complete: true, delta: { new: 1 } } });
    expect(await shelf.latest()).toEqual(before);
    expect(await shelf.wrongLatestFiles()).toEqual([]);
  });

  it('ends lines by RFC 4180, but for Splunk as Splunk asks for it', async () => {
    const shelf = open();
    await shelf.take(FLEET, { outputs: ['csv'] });

    const [devices, assets] = await Promise.all(
      ['devices.csv', 'splunk_assets.csv'].map((name) =>
        shelf.store.readText(latestPath(TENANT, name)),
      ),
    );

    expect(devices?.text.split('\r\n')).toHaveLength(1 + FLEET.length + 1);
    expect(assets?.text.split('\n')).toHaveLength(1 + FLEET.length + 1);
    expect(assets?.text).not.toContain('\r');
  });

  it('takes away what latest has of a format that is no longer written', async () => {
    const shelf = open();
    await shelf.take(FLEET, { outputs: ['csv'] });

    await shelf.take(FLEET, { outputs: ['ndjson'] });

    const latest = (await shelf.paths()).filter((path) => path.startsWith('v1/latest/'));
    expect(latest.map((path) => path.split('/').at(-1))).toEqual([
      'devices.ndjson.gz',
      'manifest.json',
    ]);
  });
});

describe('SnapshotPublisher, where latest is of a slot that lies in the future', () => {
  const FUTURE = Date.parse('2999-01-01T00:00:00Z');

  it.each([
    { what: 'a message that was not ours', startedAt: SLOT },
    { what: 'a clock that was wrong', startedAt: FUTURE },
  ])('is overtaken by the next run, which is compared with it: $what', async ({ startedAt }) => {
    const shelf = open();
    await shelf.take([...FLEET, machine(6)], {}, [], newRun(FUTURE, startedAt));

    const { runId, status, manifest } = await shelf.take([...FLEET, machine(7)]);
    const again = await shelf.take(FLEET);

    expect(status).toBe('published');
    expect(manifest).toMatchObject({
      previousRunId: runIdOf(FUTURE),
      delta: { new: 1, changed: 0, retired: 0 },
    });
    expect(again).toMatchObject({ status: 'published', manifest: { previousRunId: runId } });
    expect(await shelf.wrongLatestFiles()).toEqual([]);
  });

  it('takes a slot that a clock is a little early for as one that has come', async () => {
    const shelf = open();
    const next = await shelf.walk([FLEET]);
    await shelf.take(FLEET, {}, [], newRun(shelf.now + 9 * 60_000, shelf.now));

    const published = await shelf.publisher().publish(next.run, next.walked);

    expect(published).toMatchObject({ status: 'superseded' });
  });
});

describe('SnapshotPublisher, compared with the snapshot before', () => {
  it('tells what is new and what has changed, but for what changes every day', async () => {
    const shelf = open();
    const [first, second, third] = [machine(1), machine(2), machine(3)];
    const { runId } = await shelf.take([first, second]);
    const changed = { ...second, riskScore: 'High' };

    const { runId: now, manifest } = await shelf.take([
      third,
      changed,
      { ...first, lastSeen: '2026-01-31T02:00:00Z', lastIpAddress: '10.0.0.9', agentVersion: '2' },
    ]);

    expect(manifest).toMatchObject({
      previousRunId: runId,
      delta: { new: 1, changed: 1, retired: 0 },
    });
    expect(await shelf.linesOf(manifest, 'delta')).toEqual([
      { change: 'new', changedFields: null, ...markOf(now, manifest), machine: third },
      {
        change: 'changed',
        changedFields: ['riskScore'],
        ...markOf(now, manifest),
        machine: changed,
      },
    ]);
  });

  it('retires a machine that two complete snapshots in a row have missed, once', async () => {
    const shelf = open();
    const gone = machine(9);
    await shelf.take([...FLEET, gone]);

    const missedOnce = await shelf.take(FLEET);
    const unproven = await shelf.take(FLEET, {}, ['inventory.pageFailed']);
    const missedTwice = await shelf.take(FLEET);
    const after = await shelf.take(FLEET);

    const all = [missedOnce, unproven, missedTwice, after];
    expect(all.map(({ manifest }) => manifest.delta.retired)).toEqual([0, 0, 1, 0]);
    expect(await shelf.linesOf(missedTwice.manifest, 'delta')).toEqual([
      {
        change: 'retired',
        changedFields: null,
        ...markOf(missedTwice.runId, missedTwice.manifest),
        machine: gone,
      },
    ]);
  });

  it.each<{ what: string; before: object; after: object; fields: readonly string[] }>([
    {
      what: 'a field that is new, one that is gone, and one further down',
      before: { gone: 1, vm: { id: 1 } },
      after: { added: null, vm: { id: 2 } },
      fields: ['added', 'gone', 'vm'],
    },
    {
      what: 'nothing that changes every day',
      before: { lastSeen: 'a', deviceValue: 'Low' },
      after: { lastSeen: 'b', deviceValue: 'High' },
      fields: ['deviceValue'],
    },
  ])('names in a changed row $what', async ({ before, after, fields }) => {
    const shelf = open();
    await shelf.take([machine(1, before), machine(2)]);

    const { manifest } = await shelf.take([machine(1, after), machine(2)]);

    expect(await shelf.linesOf(manifest, 'delta')).toMatchObject([{ changedFields: fields }]);
  });

  it('names the fields of a machine that was away for a snapshot, too', async () => {
    const shelf = open();
    await shelf.take([...FLEET, machine(9)]);
    await shelf.take(FLEET);

    const { manifest } = await shelf.take([...FLEET, machine(9, { riskScore: 'High' })]);

    expect(await shelf.linesOf(manifest, 'delta')).toMatchObject([
      { change: 'changed', changedFields: ['riskScore'] },
    ]);
  });

  it('names no fields, rather than wrong ones, when the machines of before are gone', async () => {
    const shelf = open();
    const first = await shelf.take(FLEET);
    await shelf.store.remove(first.manifest.files[0]?.path ?? '');

    const { manifest } = await shelf.take([machine(1, { riskScore: 'High' }), ...FLEET.slice(1)]);

    expect(await shelf.linesOf(manifest, 'delta')).toMatchObject([
      { change: 'changed', changedFields: null },
    ]);
  });

  it('says the same in Parquet, whose columns are there even if nothing has changed', async () => {
    const shelf = open();
    const outputs = ['parquet'] as const;
    const rowsOf = async ({ manifest }: { readonly manifest: Manifest }) => {
      const path = manifest.files.find(({ format }) => format === 'deltaParquet')?.path ?? '';
      const bytes = await shelf.container.getBlobClient(path).downloadToBuffer();
      return { rows: await readParquet(bytes), columns: await parquetColumns(bytes) };
    };
    await shelf.take(FLEET, { outputs });

    const changed = await shelf.take([...FLEET.slice(1), machine(1, { riskScore: 'High' })], {
      outputs,
    });
    const unchanged = await shelf.take([...FLEET.slice(1), machine(1, { riskScore: 'High' })], {
      outputs,
    });

    const [delta, empty] = [await rowsOf(changed), await rowsOf(unchanged)];
    expect(delta.rows).toMatchObject([
      {
        change: 'changed',
        changedFields: ['riskScore'],
        id: machine(1).id,
        riskScore: 'High',
        snapshotRunId: changed.runId,
        tenantId: TENANT,
      },
    ]);
    expect(empty.rows).toEqual([]);
    expect(empty.columns).toEqual([...DELTA_COLUMNS.map(({ name }) => name), 'record']);
    expect(delta.columns).toEqual(empty.columns);
  });

  it('takes a machine that is back as the one it was', async () => {
    const shelf = open();
    const away = machine(9);
    await shelf.take([...FLEET, away]);
    await shelf.take(FLEET);

    const { manifest } = await shelf.take([...FLEET, away]);

    expect(manifest.delta).toEqual({ new: 0, changed: 0, retired: 0 });
  });

  it('starts anew with another filter', async () => {
    const shelf = open();
    await shelf.take(FLEET);

    const filterText = "riskScore eq 'High'";
    const { status, manifest } = await shelf.take([machine(1)], { filterText });

    expect(status).toBe('published');
    expect(manifest).toMatchObject({ previousRunId: null, delta: { new: 1, retired: 0 } });
  });

  it('starts anew when what it would compare with is gone', async () => {
    const shelf = open();
    const { runId } = await shelf.take(FLEET);
    await shelf.store.remove(indexPath(runId));

    const { manifest } = await shelf.take(FLEET);

    expect(manifest).toMatchObject({ previousRunId: null, delta: { new: 5, retired: 0 } });
  });
});

describe('SnapshotPublisher, where a file of the snapshot before cannot be read', () => {
  const packed = (text: string) => gzipSync(text).toString('latin1');

  it.each([
    { what: 'the manifest of latest: half a text', path: () => LATEST, text: '{"runId":' },
    { what: 'the manifest of latest: another shape', path: () => LATEST, text: '{}' },
    {
      what: 'its index: half a line',
      path: indexPath,
      text: packed('{"id":"a","digest":"b"}\n{"id'),
    },
    { what: 'its index: another shape', path: indexPath, text: packed('{"id":1}\n') },
  ])('starts anew, and goes on from there: $what', async ({ path, text }) => {
    const shelf = open();
    const { runId } = await shelf.take(FLEET);
    const bytes = Buffer.from(text, 'latin1');
    await shelf.container.getBlockBlobClient(path(runId)).uploadData(bytes);

    const { status, manifest } = await shelf.take([...FLEET, machine(6)]);
    const next = await shelf.take([...FLEET, machine(7)]);

    expect(status).toBe('published');
    expect(manifest).toMatchObject({ previousRunId: null, delta: { new: 6, retired: 0 } });
    expect(next.manifest).toMatchObject({ previousRunId: manifest.runId, delta: { new: 1 } });
    expect(await shelf.wrongLatestFiles()).toEqual([]);
  });

  it('names no latest while there is none that can be read', async () => {
    const shelf = open();
    await shelf.take(FLEET);
    await shelf.container.getBlockBlobClient(LATEST).uploadData(Buffer.from('{}'));

    expect(await shelf.latest()).toBeNull();
    await expect(shelf.publisher().settle()).resolves.toBeUndefined();
  });
});

describe('SnapshotPublisher, of a walk that proves nothing', () => {
  it.each([
    {
      what: 'a doubt of the walk',
      machines: FLEET,
      doubts: ['inventory.overlapUnconfirmed'] as const,
      warnings: ['inventory.overlapUnconfirmed'],
    },
    {
      what: 'a fifth fewer machines and one',
      machines: FLEET.slice(0, 3),
      doubts: [],
      warnings: ['inventory.countDropped'],
    },
    {
      what: 'none of the machines that were there',
      machines: [],
      doubts: [],
      warnings: ['inventory.noMachines', 'inventory.countDropped'],
    },
  ])('keeps $what apart, and leaves latest as it is', async ({ machines, doubts, warnings }) => {
    const shelf = open();
    await shelf.take(FLEET);
    const before = await shelf.latest();

    const { status, manifest } = await shelf.take(machines, {}, doubts);

    expect(status).toBe('incomplete');
    expect(manifest).toMatchObject({ complete: false, warnings, delta: { retired: 0 } });
    expect(manifest.files.map(({ path }) => path.split('/')[0])).toEqual([
      'incomplete',
      'incomplete',
    ]);
    expect(await shelf.wrongFiles(manifest)).toEqual([]);
    expect(await shelf.latest()).toEqual(before);
    expect(await shelf.wrongLatestFiles()).toEqual([]);
  });

  it('believes a fifth fewer machines, and any number if so set, but never that all are gone', async () => {
    const shelf = open();
    await shelf.take(FLEET);

    const fifth = await shelf.take(FLEET.slice(0, 4));
    const most = await shelf.take(FLEET.slice(0, 1), { maxDropPercent: 100 });
    const all = await shelf.take([], { maxDropPercent: 100 });

    expect([fifth, most, all].map(({ status }) => status)).toEqual([
      'published',
      'published',
      'incomplete',
    ]);
  });

  it('takes a first list without machines as complete, with a warning', async () => {
    const { status, manifest } = await open().take([]);

    expect(status).toBe('published');
    expect(manifest).toMatchObject({ complete: true, warnings: ['inventory.noMachines'] });
  });
});
