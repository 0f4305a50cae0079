import { createHash, randomUUID } from 'node:crypto';
import type { ContainerClient } from '@azure/storage-blob';
import type { Azurite } from '../../../local/azurite';
import type { Machine } from '../../../shared/defender/DefenderAnswer';
import { newRun, type InventoryRun } from '../../../shared/inventory/run/InventoryRun';
import type { Manifest } from '../../../shared/inventory/snapshot/Manifest';
import { NO_TOTALS, PageStore, type PageHead } from '../../../shared/inventory/run/PageStore';
import { FORMATS, type FileFormat } from '../../../shared/inventory/snapshot/snapshotFiles';
import { latestPath } from '../../../shared/inventory/snapshot/snapshotPaths';
import {
  SnapshotPublisher,
  type PublishedRun,
  type PublisherSettings,
} from '../../../shared/inventory/snapshot/SnapshotPublisher';
import { SnapshotStore } from '../../../shared/inventory/snapshot/SnapshotStore';
import type { WalkDoubt } from '../../../shared/inventory/walk/readings';
import { WALK_START } from '../../../shared/inventory/walk/Walk';
import type { BlobContainer } from '../../../shared/storage/BlobContainer';
import { createStateStorage } from '../../../shared/storage/createStateStorage';
import { MemoryBlobStore } from '../storage/MemoryBlobStore';
import { stateStorageOf } from '../storage/stateStorageOf';
import type { WalkedRun } from '../../../shared/inventory/snapshot/SnapshotWriter';

export const TENANT = '7c1f0a52-6f0b-4f55-9d0a-1b7c36ad3e10';
export const SLOT = Date.parse('2026-01-31T02:10:00Z');
const MINUTE_MS = 60_000;

const SETTINGS: PublisherSettings = {
  tenantId: TENANT,
  outputs: ['ndjson'],
  filterText: null,
  maxDropPercent: 20,
};

/** A run whose walk is over, ready to be published. */
export interface Walked {
  readonly run: InventoryRun;
  readonly walked: WalkedRun;
}

/** The snapshots of one container. A walk is over as soon as its machines are named. */
export class SnapshotShelf {
  readonly store: SnapshotStore;
  readonly pages = new PageStore(new MemoryBlobStore());
  private slots = 0;

  private constructor(readonly blobs: BlobContainer) {
    this.store = new SnapshotStore(blobs);
  }

  /** In a container of its own. */
  static open(azurite: Pick<Azurite, 'connectionString'>): SnapshotShelf {
    const storage = createStateStorage(stateStorageOf(azurite));
    return new SnapshotShelf(storage.container(`shelf-${randomUUID()}`));
  }

  /** What publishers take for now: after the last slot. */
  get now(): number {
    return SLOT + this.slots * 10 * MINUTE_MS;
  }

  get container(): ContainerClient {
    return this.blobs.client;
  }

  publisher(
    settings: Partial<PublisherSettings> = {},
    store: SnapshotStore = this.store,
  ): SnapshotPublisher {
    const clock = { now: () => this.now, sleep: () => Promise.resolve() };
    const { pages } = this;
    return new SnapshotPublisher({ store, pages, clock, settings: { ...SETTINGS, ...settings } });
  }

  /** Of the slot after the one before: a page for each list of machines. */
  async walk(
    pages: readonly (readonly Machine[])[],
    doubts: readonly WalkDoubt[] = [],
    run: InventoryRun = newRun(SLOT + this.slots++ * 10 * MINUTE_MS, SLOT),
  ): Promise<Walked> {
    const state = { ...WALK_START, phase: { kind: 'done' }, doubts } as const;
    const totals = { ...NO_TOTALS, pages: pages.length, calls: pages.length };
    const head: PageHead = { state, totals, filterText: null };
    for (const [seq, rows] of pages.entries()) {
      await this.pages.put(run.runId, seq, head, { reading: null, machines: rows });
    }
    const isCurrent = () => Promise.resolve(true);
    return { run, walked: { head, lastSeq: pages.length - 1, isCurrent } };
  }

  /** Walks, and publishes at once. */
  async take(
    machines: readonly Machine[],
    settings: Partial<PublisherSettings> = {},
    doubts: readonly WalkDoubt[] = [],
    ofRun?: InventoryRun,
  ): Promise<PublishedRun & { readonly runId: string; readonly manifest: Manifest }> {
    const { run, walked } = await this.walk([machines], doubts, ofRun);
    const publisher = this.publisher(settings);
    const published = await publisher.publish(run, walked);
    const manifest = await publisher.manifestOf({ ...run, tenantId: TENANT });
    if (!published || !manifest) throw new Error('Not published');
    return { ...published, runId: run.runId, manifest };
  }

  async latest(): Promise<Manifest | null> {
    return (await this.publisher().latest())?.manifest ?? null;
  }

  /** @throws Error if there is none yet */
  async newest(): Promise<Manifest> {
    const latest = await this.latest();
    if (!latest) throw new Error('Nothing is published');
    return latest;
  }

  async paths(): Promise<string[]> {
    const names: string[] = [];
    if (!(await this.container.exists())) return names;
    for await (const { name } of this.container.listBlobsFlat()) names.push(name);
    return names.sort();
  }

  /** Each line of a file of the snapshot, read as JSON. */
  async linesOf(manifest: Manifest, format: string): Promise<object[]> {
    const path = manifest.files.find((file) => file.format === format)?.path ?? '';
    const found: object[] = [];
    const lines = (await this.store.lines(path)) ?? [];
    for await (const line of lines) found.push(JSON.parse(line) as object);
    return found;
  }

  /** Files of the snapshot whose bytes are not those that the manifest tells. */
  async wrongFiles({ files }: Manifest): Promise<string[]> {
    const wrong: string[] = [];
    for (const { path, sha256 } of files) {
      if ((await this.digestOf(path)) !== sha256) wrong.push(path);
    }
    return wrong;
  }

  /** Files under `latest` that are not those of its manifest, or not listed there. */
  async wrongLatestFiles(): Promise<string[]> {
    const files = (await this.latest())?.files ?? [];
    const wrong: string[] = [];
    for (const [format, { latest }] of Object.entries(FORMATS) as [
      FileFormat,
      { latest: string },
    ][]) {
      const listed = files.find((file) => file.format === format)?.sha256 ?? null;
      if ((await this.digestOf(latestPath(TENANT, latest))) !== listed) wrong.push(latest);
    }
    return wrong;
  }

  private async digestOf(path: string): Promise<string | null> {
    const stream = await this.store.open(path);
    if (!stream) return null;
    const hash = createHash('sha256');
    for await (const chunk of stream) hash.update(chunk as Buffer);
    return hash.digest('hex');
  }
}

export const machine = (id: number, differing: Partial<Machine> = {}): Machine => ({
  id: id.toString(16).padStart(40, '0'),
  riskScore: 'Low',
  lastSeen: '2026-01-31T01:00:00Z',
  ...differing,
});
