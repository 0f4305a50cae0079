import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../clock/Clock';
import { MINUTE_MS } from '../../clock/durations';
import { parseJson } from '../../json/parseJson';
import { manifestSchema, type Manifest } from './Manifest';
import type { InventoryRun } from '../run/InventoryRun';
import type { PageStore } from '../run/PageStore';
import { FORMATS } from './snapshotFiles';
import { latestPath, previousPath, snapshotPaths, type SnapshotPlace } from './snapshotPaths';
import type { SnapshotStore } from './SnapshotStore';
import { SnapshotWriter, type SnapshotWriterSettings, type WalkedRun } from './SnapshotWriter';

export interface PublisherSettings extends SnapshotWriterSettings {
  readonly tenantId: string;
}

export interface SnapshotPublisherDeps {
  readonly store: SnapshotStore;
  readonly pages: PageStore;
  readonly clock: Clock;
  readonly settings: PublisherSettings;
}

/** How far clocks may differ, and slots be ahead of their time. */
const AHEAD_MS = 10 * MINUTE_MS;

export interface PublishedRun {
  readonly status: 'published' | 'incomplete' | 'superseded' | 'kept';
  readonly machines: number;
  readonly warnings: readonly string[];
}

/**
 * Turns the pages of a run into a snapshot. Nothing counts before its manifest is there; the newest complete one is then
 * copied to `latest`, again with the manifest last. Repeating it at any point does no harm.
 */
export class SnapshotPublisher {
  constructor(private readonly deps: SnapshotPublisherDeps) {}

  /** The newest complete snapshot. @throws {StorageUnavailableError} */
  async latest(): Promise<{ readonly manifest: Manifest; readonly etag: string } | null> {
    const { manifest = null, etag = '' } = (await this.readLatest()) ?? {};
    return manifest && { manifest, etag };
  }

  /** Null before the run's snapshot is written. @throws {StorageUnavailableError} */
  async manifestOf(place: SnapshotPlace): Promise<Manifest | null> {
    for (const isComplete of [true, false]) {
      const found = await this.deps.store.readText(snapshotPaths(place, isComplete).manifest);
      if (found) return manifestSchema.parse(JSON.parse(found.text));
    }
    return null;
  }

  /** Null: the run has another owner by now. @throws any failure; retry from the start. */
  async publish(run: InventoryRun, walked: WalkedRun): Promise<PublishedRun | null> {
    const { tenantId } = this.deps.settings;
    const place = { tenantId, runId: run.runId, slotAt: run.slotAt };
    const manifest = (await this.manifestOf(place)) ?? (await this.write(place, run, walked));
    if (!manifest) return null;
    const { complete, counts, warnings } = manifest;
    const published = { machines: counts.total, warnings };
    if (!complete) return { ...published, status: 'incomplete' };
    if (!run.publishes) return { ...published, status: 'kept' };
    const status = await this.flip(manifest, walked);
    return status && { ...published, status };
  }

  /**
   * Makes the files of `latest` those of its manifest, as two runs that end at once may copy over each other's. Each
   * run does this last; housekeeping does it for a run that died in between. @throws {StorageUnavailableError}
   */
  async settle(): Promise<void> {
    for (let latest = await this.latest(); latest;) {
      await this.copyToLatest(latest.manifest);
      const now = await this.latest();
      if (now?.etag === latest.etag) return;
      latest = now;
    }
  }

  private async write(
    place: SnapshotPlace,
    run: InventoryRun,
    walked: WalkedRun,
  ): Promise<Manifest | null> {
    const { store, clock } = this.deps;
    const previous = await this.previousOf(place);
    const folder = await mkdtemp(join(tmpdir(), 'inventory-'));
    try {
      const writer = new SnapshotWriter({ ...this.deps, place, folder });
      const written = await writer.write(run, walked, previous);
      const manifest = { ...written, completedAt: new Date(clock.now()).toISOString() };
      if (!(await walked.isCurrent())) return null;
      const { manifest: path } = snapshotPaths(place, manifest.complete);
      await store.writeText(path, toText(manifest), null);
      return await this.manifestOf(place);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /**
   * What `latest` was when the run was first written down: all who write the run then write the same bytes. A newer one has
   * nothing to be compared with.
   */
  private async previousOf({ runId, slotAt }: SnapshotPlace): Promise<Manifest | null> {
    const { store } = this.deps;
    const path = previousPath(runId);
    const latest = (await this.latest())?.manifest;
    const previous = latest && !this.isNotBefore(latest, slotAt) ? latest : null;
    await store.writeText(path, JSON.stringify(previous), null);
    const { text } = (await store.readText(path)) ?? { text: 'null' };
    return manifestSchema.nullable().parse(JSON.parse(text));
  }

  /** Makes the snapshot the newest, unless a newer one is. */
  private async flip(
    manifest: Manifest,
    { isCurrent }: WalkedRun,
  ): Promise<'published' | 'superseded' | null> {
    for (;;) {
      const found = await this.readLatest();
      const latest = found?.manifest ?? null;
      const isNewest = latest?.runId === manifest.runId;
      const isOvertaken = latest !== null && this.isNotBefore(latest, Date.parse(manifest.slot));
      const mayFlip = !isNewest && !isOvertaken && (await isCurrent());
      if (!mayFlip) {
        await this.settle();
        if (isNewest) return 'published';
        return isOvertaken ? 'superseded' : null;
      }
      await this.copyToLatest(manifest);
      const path = latestPath(manifest.tenantId, 'manifest.json');
      await this.deps.store.writeText(path, toText(manifest), found?.etag ?? null);
    }
  }

  /** A manifest that cannot be read, as after a change by hand, counts as none, but has to be written over. */
  private async readLatest(): Promise<{ manifest: Manifest | null; etag: string } | null> {
    const { store, settings } = this.deps;
    const found = await store.readText(latestPath(settings.tenantId, 'manifest.json'));
    if (!found) return null;
    const { data = null } = manifestSchema.safeParse(parseJson(found.text));
    return { manifest: data, etag: found.etag };
  }

  /** Whether the snapshot is of this slot or a later one. One of the future never came, and is in the way of none. */
  private isNotBefore({ slot }: Manifest, slotAt: number): boolean {
    const at = Date.parse(slot);
    return at >= slotAt && at <= this.deps.clock.now() + AHEAD_MS;
  }

  /** Files that are there already stay; those of formats that are no longer written go. */
  private async copyToLatest({ tenantId, files }: Manifest): Promise<void> {
    const { store } = this.deps;
    const there = await store.copiesBelow(latestPath(tenantId, ''));
    for (const [format, { latest, contentType }] of Object.entries(FORMATS)) {
      const to = latestPath(tenantId, latest);
      const file = files.find((each) => each.format === format);
      if (!file && there.has(to)) await store.remove(to);
      if (!file || there.get(to) === file.sha256) continue;
      await store.copy(file.path, to, { contentType, sha256: file.sha256 });
    }
  }
}

/** Its fields in the order of the schema. */
const toText = (manifest: Manifest): string =>
  `${JSON.stringify(manifestSchema.parse(manifest), null, 2)}\n`;
