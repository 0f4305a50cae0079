import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { downloadSnapshot } from '../../../cli/inventory/downloadSnapshot';
import { startAzurite, type Azurite } from '../../../local/azurite';
import { machine, SnapshotShelf, TENANT } from '../../shared/inventory/SnapshotShelf';

describe('downloadSnapshot()', () => {
  let azurite: Azurite;
  let folder: string;
  beforeAll(async () => {
    azurite = await startAzurite();
  });
  afterAll(() => azurite.close());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'download-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  async function take(doubts: Parameters<SnapshotShelf['take']>[2] = []) {
    const shelf = SnapshotShelf.open(azurite);
    const outputs = ['csv', 'parquet'] as const;
    const { runId, manifest } = await shelf.take([machine(1), machine(2)], { outputs }, doubts);
    const place = { tenantId: TENANT, runId, slotAt: Date.parse(manifest.slot) };
    const inventory = { publisher: shelf.publisher(), snapshots: shelf.store };
    return { shelf, manifest, place, inventory };
  }

  it('writes every file under the name that it has in latest, with the bytes of the manifest', async () => {
    const { manifest, place, inventory } = await take();

    await downloadSnapshot(inventory, place, folder);

    const digests = manifest.files.map(({ sha256 }) => sha256);
    const names = ['devices.ndjson.gz', 'devices.csv', 'splunk_assets.csv', 'devices.parquet'];
    const files = [...names, 'delta.ndjson.gz', 'delta.parquet'];
    expect(readdirSync(folder).toSorted()).toEqual(
      [...files, 'SHA256SUMS', 'manifest.json'].toSorted(),
    );
    expect(files.map((name) => sha256(readFileSync(join(folder, name))))).toEqual(digests);
    expect(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))).toEqual(manifest);
  });

  it('adds the digests of all its files, as sha256sum checks them', async () => {
    const { place, inventory } = await take();

    await downloadSnapshot(inventory, place, folder);

    const lines = readFileSync(join(folder, 'SHA256SUMS'), 'utf8').split('\n').slice(0, -1);
    const names = readdirSync(folder).filter((name) => name !== 'SHA256SUMS');
    expect(lines.toSorted()).toEqual(
      names.map((name) => `${sha256(readFileSync(join(folder, name)))}  ${name}`).toSorted(),
    );
  });

  it("removes what an older run left, and nothing of the user's", async () => {
    const shelf = SnapshotShelf.open(azurite);
    const { runId, manifest } = await shelf.take([machine(1)], { outputs: ['ndjson'] });
    const place = { tenantId: TENANT, runId, slotAt: Date.parse(manifest.slot) };
    const inventory = { publisher: shelf.publisher(), snapshots: shelf.store };
    const older = ['devices.csv', 'splunk_assets.csv', 'devices.parquet', 'delta.parquet'];
    for (const name of [...older, 'notes.csv']) writeFileSync(join(folder, name), 'older');

    await downloadSnapshot(inventory, place, folder);

    expect(readdirSync(folder).toSorted()).toEqual(
      [
        'SHA256SUMS',
        'delta.ndjson.gz',
        'devices.ndjson.gz',
        'manifest.json',
        'notes.csv',
      ].toSorted(),
    );
  });

  it('brings a snapshot that is not complete, too', async () => {
    const { place, inventory } = await take(['inventory.pageFailed']);

    const manifest = await downloadSnapshot(inventory, place, folder);

    expect(manifest).toMatchObject({ complete: false, warnings: ['inventory.pageFailed'] });
  });

  it('leaves no manifest beside a file that is not as listed', async () => {
    const { shelf, manifest, place, inventory } = await take();
    const path = manifest.files.at(-1)?.path ?? '';
    await shelf.store.remove(path);
    await shelf.store.writeText(path, 'other', null);
    writeFileSync(join(folder, 'manifest.json'), 'of the time before');

    const downloading = downloadSnapshot(inventory, place, folder);

    await expect(downloading).rejects.toThrow(`${path} is not what the manifest says`);
    expect(readdirSync(folder)).not.toContain('manifest.json');
  });

  it('says when there is nothing left of the run', async () => {
    const { place, inventory } = await take();

    const downloading = downloadSnapshot(inventory, { ...place, runId: 'other' }, folder);

    await expect(downloading).rejects.toThrow('Run other has no files any more.');
  });
});

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
