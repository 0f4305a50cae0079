import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { InventoryOutput } from '../../config/AppConfig';
import { Baseline } from './Baseline';
import type { InventoryRun } from '../run/InventoryRun';
import { latestRows } from './latestRows';
import { LineFile } from './LineFile';
import { MachineCounts } from './MachineCounts';
import type { Manifest, ManifestFile } from './Manifest';
import type { PageHead, PageStore } from '../run/PageStore';
import { FORMATS, openSnapshotFiles, type SnapshotFile } from './snapshotFiles';
import { indexPath, snapshotPaths, type SnapshotPlace } from './snapshotPaths';
import type { SnapshotStore } from './SnapshotStore';
import type { WalkState } from '../walk/Walk';

/** A walk that has ended. */
export interface WalkedRun {
  readonly head: PageHead;
  readonly lastSeq: number;
  /** Whether the run is still this delivery's to publish. */
  readonly isCurrent: () => Promise<boolean>;
}

export interface SnapshotWriterSettings {
  readonly outputs: readonly InventoryOutput[];
  /** As configured. */
  readonly filterText: string | null;
  readonly maxDropPercent: number;
}

export interface SnapshotWriterDeps {
  readonly store: SnapshotStore;
  readonly pages: PageStore;
  readonly settings: SnapshotWriterSettings;
  readonly place: SnapshotPlace;
  /** Local and empty. */
  readonly folder: string;
}

interface Delta {
  readonly new: number;
  readonly changed: number;
  readonly retired: number;
}

const NO_MACHINES = 'inventory.noMachines';
const COUNT_DROPPED = 'inventory.countDropped';
const ROWS_SKIPPED = 'inventory.rowsSkipped';
const TOO_MANY_SKIPPED = 'inventory.tooManyRowsSkipped';
const FIELDS_DROPPED = 'inventory.fieldsDropped';
/** Alone, these do not make a snapshot incomplete. */
const HARMLESS = [NO_MACHINES, ROWS_SKIPPED, FIELDS_DROPPED];
/** Of the machines: more rows than that without an id are no accident. */
const MOST_SKIPPED = 1 / 100;

/** Writes every file of one snapshot but its manifest. Machines go through one by one. */
export class SnapshotWriter {
  private readonly counts = new MachineCounts();
  private readonly index: LineFile;
  private readonly delta: LineFile;

  constructor(private readonly deps: SnapshotWriterDeps) {
    const { folder } = deps;
    this.index = new LineFile(join(folder, 'index.ndjson.gz'), { gzip: true });
    this.delta = new LineFile(join(folder, 'delta.ndjson.gz'), { gzip: true });
  }

  /** `before`: the newest complete snapshot until then. @throws {StorageUnavailableError} */
  async write(
    run: InventoryRun,
    walked: WalkedRun,
    before: Manifest | null,
  ): Promise<Omit<Manifest, 'completedAt'>> {
    const { place, folder, settings } = this.deps;
    const { tenantId, runId, slotAt } = place;
    const slot = new Date(slotAt).toISOString();
    // Another filter has nothing to be compared with.
    const isComparable = before?.source.filter === settings.filterText;
    let files: readonly SnapshotFile[] = [];
    try {
      files = await openSnapshotFiles(folder, settings.outputs, { runId, slot, tenantId });
      const written = await this.fill(files, walked, isComparable ? before : null);
      return {
        schemaVersion: '1.0',
        runId,
        tenantId,
        slot,
        ...written,
        startedAt: new Date(run.startedAt).toISOString(),
        source: this.sourceOf(walked.head),
        files: await this.upload(files, written.complete),
      };
    } catch (error) {
      // Or their handles would stay open.
      await this.close(files).catch(() => undefined);
      throw error;
    }
  }

  /** Everything that the machines tell; the files are closed then. */
  private async fill(
    files: readonly SnapshotFile[],
    { head, lastSeq }: WalkedRun,
    previous: Manifest | null,
  ): Promise<Pick<Manifest, 'complete' | 'warnings' | 'counts' | 'previousRunId' | 'delta'>> {
    const { store } = this.deps;
    const baseline = await Baseline.load(store, previous);
    const changes = await this.addMachines(files, baseline, lastSeq);
    const warnings = this.warningsOf(head.state, previous);
    const complete = warnings.every((warning) => HARMLESS.includes(warning));
    const retired = complete ? await this.addRetired(baseline) : 0;
    if (complete) await baseline.noteMissing(store, this.index);
    await this.close(files);
    return {
      complete,
      warnings,
      counts: this.counts.toJson(),
      previousRunId: baseline.previous?.runId ?? null,
      delta: { ...changes, retired },
    };
  }

  private async close(files: readonly SnapshotFile[]): Promise<void> {
    await Promise.all([this.delta, this.index, ...files].map((file) => file.close()));
  }

  private sourceOf({ state, totals }: PageHead): Manifest['source'] {
    const { pages, calls, throttled } = totals;
    const { overlapsChecked, rewinds, walk, skippedRows, mistypedRows } = state;
    const filter = this.deps.settings.filterText;
    return {
      filter,
      pages,
      calls,
      throttled,
      overlapsChecked,
      rewinds,
      walks: walk,
      skippedRows,
      mistypedRows,
    };
  }

  private async addMachines(
    files: readonly SnapshotFile[],
    baseline: Baseline,
    lastSeq: number,
  ): Promise<Omit<Delta, 'retired'>> {
    const changes = { new: 0, changed: 0 };
    for await (const machine of latestRows(this.deps.pages, this.deps.place.runId, lastSeq)) {
      this.counts.add(machine);
      for (const file of files) await file.add(machine);
      const change = await baseline.compare(machine, this.index);
      if (change === 'unchanged') continue;
      changes[change] += 1;
      await this.delta.write(`${JSON.stringify({ change, machine })}\n`);
    }
    return changes;
  }

  private async addRetired({ retired }: Baseline): Promise<number> {
    for (const machine of retired) {
      await this.delta.write(`${JSON.stringify({ change: 'retired', machine })}\n`);
    }
    return retired.length;
  }

  /** A fleet does not vanish over night: an empty list, or a much shorter one, is not believed. */
  private warningsOf(
    { doubts, skippedRows, mistypedRows }: WalkState,
    previous: Manifest | null,
  ): string[] {
    const { total } = this.counts.toJson();
    const before = previous?.counts.total ?? 0;
    const least = before * (1 - this.deps.settings.maxDropPercent / 100);
    const hasDropped = total < least || (total === 0 && before > 0);
    return [
      ...doubts,
      ...(total === 0 ? [NO_MACHINES] : []),
      ...(hasDropped ? [COUNT_DROPPED] : []),
      ...(skippedRows > 0 ? [ROWS_SKIPPED] : []),
      ...(skippedRows > 1 && skippedRows > total * MOST_SKIPPED ? [TOO_MANY_SKIPPED] : []),
      ...(mistypedRows > 0 ? [FIELDS_DROPPED] : []),
    ];
  }

  private async upload(files: readonly SnapshotFile[], complete: boolean): Promise<ManifestFile[]> {
    const { store, place } = this.deps;
    const paths = snapshotPaths(place, complete);
    const listed: ManifestFile[] = [];
    for (const { format, path: local, rows } of files) {
      const { part, contentType } = FORMATS[format];
      const path = paths.devices(format, part);
      await store.upload(path, local, contentType);
      listed.push({ path, format, rows, ...(await describe(local)) });
    }
    const { delta, index } = this;
    await store.upload(paths.delta, delta.path, FORMATS.ndjson.contentType);
    listed.push({
      path: paths.delta,
      format: 'delta',
      rows: delta.rows,
      ...(await describe(delta.path)),
    });
    if (complete) {
      await store.upload(indexPath(place.runId), index.path, FORMATS.ndjson.contentType);
    }
    return listed;
  }
}

async function describe(file: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return { bytes: (await stat(file)).size, sha256: hash.digest('hex') };
}
