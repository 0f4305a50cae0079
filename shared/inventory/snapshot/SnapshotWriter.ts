import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { InventoryOutput } from '../../config/AppConfig';
import type { Machine } from '../../defender/DefenderAnswer';
import { Baseline } from './Baseline';
import type { DeltaRow, MachineChange, SnapshotMark } from './deviceColumns';
import type { InventoryRun } from '../run/InventoryRun';
import { latestRows } from './latestRows';
import { LineFile } from './LineFile';
import { MachineCounts } from './MachineCounts';
import type { Manifest, ManifestFile } from './Manifest';
import type { PageHead, PageStore } from '../run/PageStore';
import { readLines } from './readLines';
import {
  DELTA_FORMATS,
  FORMATS,
  openDeltaFiles,
  openDeviceFiles,
  type DeltaFile,
  type DeviceFile,
} from './snapshotFiles';
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

interface OpenFiles {
  readonly devices: readonly DeviceFile[];
  readonly deltas: readonly DeltaFile[];
}

const NO_MACHINES = 'inventory.noMachines';
const COUNT_DROPPED = 'inventory.countDropped';
const ROWS_SKIPPED = 'inventory.rowsSkipped';
const TOO_MANY_SKIPPED = 'inventory.tooManyRowsSkipped';
const FIELDS_DROPPED = 'inventory.fieldsDropped';
/** Alone, these do not make a snapshot incomplete. */
const HARMLESS = [NO_MACHINES, ROWS_SKIPPED, FIELDS_DROPPED];
/** Of the machines: more rows than that without an id indicate a fault. */
const MOST_SKIPPED = 1 / 100;

/** Writes every file of one snapshot but its manifest. Machines go through one by one. */
export class SnapshotWriter {
  private readonly counts = new MachineCounts();
  private readonly delta: Record<MachineChange, number> = { new: 0, changed: 0, retired: 0 };
  private readonly mark: SnapshotMark;
  private readonly index: LineFile;
  /** Machines that have changed, until it is known by what. */
  private readonly changed: LineFile;

  constructor(private readonly deps: SnapshotWriterDeps) {
    const { folder, place } = deps;
    const { runId, tenantId, slotAt } = place;
    this.mark = { runId, slot: new Date(slotAt).toISOString(), tenantId };
    this.index = new LineFile(join(folder, 'index.ndjson.gz'), { gzip: true });
    this.changed = new LineFile(join(folder, 'changed.ndjson.gz'), { gzip: true });
  }

  /** `before`: the newest complete snapshot until then. @throws {StorageUnavailableError} */
  async write(
    run: InventoryRun,
    walked: WalkedRun,
    before: Manifest | null,
  ): Promise<Omit<Manifest, 'completedAt'>> {
    const { folder, settings } = this.deps;
    // Another filter has nothing to be compared with.
    const isComparable = before?.source.filter === settings.filterText;
    const files: { devices: readonly DeviceFile[]; deltas: readonly DeltaFile[] } = {
      devices: [],
      deltas: [],
    };
    try {
      files.devices = await openDeviceFiles(folder, settings.outputs);
      files.deltas = await openDeltaFiles(folder, settings.outputs);
      const written = await this.fill(files, walked, isComparable ? before : null);
      return {
        schemaVersion: '1.0',
        ...this.mark,
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

  /** All that the machines report; the files are closed then. */
  private async fill(
    files: OpenFiles,
    { head, lastSeq }: WalkedRun,
    previous: Manifest | null,
  ): Promise<Pick<Manifest, 'complete' | 'warnings' | 'counts' | 'previousRunId' | 'delta'>> {
    const { store } = this.deps;
    const baseline = await Baseline.load(store, previous);
    await this.addMachines(files, baseline, lastSeq);
    const warnings = this.warningsOf(head.state, previous);
    const complete = warnings.every((warning) => HARMLESS.includes(warning));
    await baseline.lookBack(store, complete ? this.index : null);
    await this.addChanged(files, baseline);
    if (complete) {
      for (const machine of baseline.retired) await this.addChange(files, 'retired', machine);
    }
    await this.close(files);
    return {
      complete,
      warnings,
      counts: this.counts.toJson(),
      previousRunId: baseline.previous?.runId ?? null,
      delta: this.delta,
    };
  }

  private async close({ devices, deltas }: OpenFiles): Promise<void> {
    const all = [this.changed, this.index, ...devices, ...deltas];
    await Promise.all(all.map((file) => file.close()));
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

  private async addMachines(files: OpenFiles, baseline: Baseline, lastSeq: number): Promise<void> {
    const { pages, place } = this.deps;
    for await (const machine of latestRows(pages, place.runId, lastSeq)) {
      this.counts.add(machine);
      for (const file of files.devices) await file.add({ machine, mark: this.mark });
      const change = await baseline.compare(machine, this.index);
      if (change === 'new') await this.addChange(files, change, machine);
      if (change === 'changed') await this.changed.write(`${JSON.stringify(machine)}\n`);
    }
  }

  private async addChanged(files: OpenFiles, baseline: Baseline): Promise<void> {
    await this.changed.close();
    for await (const line of readLines(createReadStream(this.changed.path))) {
      const machine = JSON.parse(line) as Machine; // just written
      await this.addChange(files, 'changed', machine, baseline.changedFields(machine));
    }
  }

  private async addChange(
    { deltas }: OpenFiles,
    change: MachineChange,
    machine: Machine,
    changedFields: DeltaRow['changedFields'] = null,
  ): Promise<void> {
    this.delta[change] += 1;
    for (const file of deltas) {
      await file.add({ change, changedFields, machine, mark: this.mark });
    }
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

  private async upload({ devices, deltas }: OpenFiles, complete: boolean): Promise<ManifestFile[]> {
    const { store, place } = this.deps;
    const paths = snapshotPaths(place, complete);
    const all = [
      ...devices.map((file) => {
        const { part, contentType } = FORMATS[file.format];
        return { file, path: paths.devices(file.format, part), contentType };
      }),
      ...deltas.map((file) => {
        const { part, contentType } = DELTA_FORMATS[file.format];
        return { file, path: paths.delta(part), contentType };
      }),
    ];
    const listed: ManifestFile[] = [];
    for (const { file, path, contentType } of all) {
      const { format, rows } = file;
      await store.upload(path, file.path, contentType);
      listed.push({ path, format, rows, ...(await describe(file.path)) });
    }
    if (complete) {
      const { contentType } = FORMATS.ndjson;
      await store.upload(indexPath(place.runId), this.index.path, contentType);
    }
    return listed;
  }
}

async function describe(file: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return { bytes: (await stat(file)).size, sha256: hash.digest('hex') };
}
