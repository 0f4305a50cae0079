import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { systemClock } from '../../shared/clock/systemClock';
import { parseConfig } from '../../shared/config/parseConfig';
import type { InventoryRun } from '../../shared/inventory/run/InventoryRun';
import { InventoryRuns } from '../../shared/inventory/run/InventoryRuns';
import { manifestSchema, type Manifest } from '../../shared/inventory/snapshot/Manifest';
import { latestPath, snapshotPaths } from '../../shared/inventory/snapshot/snapshotPaths';
import { TableRunStore } from '../../shared/inventory/run/TableRunStore';
import {
  createServiceBusSenders,
  type ServiceBusSenders,
} from '../../shared/messaging/createServiceBusSenders';
import type { BlobStore } from '../../shared/storage/BlobStore';
import { createStateStorage } from '../../shared/storage/createStateStorage';
import type { Emulators } from '../../local/start/startEmulators';
import { silentLogger } from '../shared/telemetry/silentLogger';

const POLL_MS = 50;

/** Starts runs of the app under test, and reads what comes of them, from outside. */
export class InventoryObserver {
  private constructor(
    private readonly tenantId: string,
    private readonly rows: TableRunStore,
    private readonly blobs: BlobStore,
    private readonly runs: InventoryRuns,
    private readonly senders: ServiceBusSenders,
  ) {}

  static of({ settings }: Pick<Emulators, 'settings'>): InventoryObserver {
    const parsed = parseConfig(settings);
    if (!parsed.ok) throw new TypeError('Cannot read the settings of the emulators');
    const { tenantId } = parsed.config.defender;
    const storage = createStateStorage(parsed);
    const senders = createServiceBusSenders(parsed);
    const rows = new TableRunStore(storage.table('inventory'), tenantId);
    const logger = silentLogger;
    const sender = senders.sender(parsed.config.queues.inventory);
    const runs = new InventoryRuns({ runs: rows, sender, clock: systemClock, logger });
    return new InventoryObserver(tenantId, rows, storage.blobs('inventory'), runs, senders);
  }

  /** Resolves when the run has ended. @throws Error if that takes longer than `withinMs` */
  async snapshot(
    withinMs = 60_000,
    onProgress: (run: InventoryRun) => void = () => undefined,
  ): Promise<InventoryRun> {
    const runId = await this.runs.startNow();
    return this.ended(runId, withinMs, onProgress);
  }

  async ended(
    runId: string,
    withinMs: number,
    onProgress: (run: InventoryRun) => void = () => undefined,
  ): Promise<InventoryRun> {
    const until = Date.now() + withinMs;
    for (;;) {
      const run = (await this.rows.read(runId))?.run;
      if (run && run.status !== 'running') return run;
      if (run) onProgress(run);
      if (Date.now() > until) throw new Error(`Not within ${withinMs} ms: ${JSON.stringify(run)}`);
      await delay(POLL_MS);
    }
  }

  /** Of the newest complete snapshot. */
  async latest(): Promise<Manifest> {
    const text = await this.bytes(latestPath(this.tenantId, 'manifest.json'));
    return manifestSchema.parse(JSON.parse(text.toString()));
  }

  /** Of a run that has ended with a snapshot. */
  async manifestOf({ runId, slotAt, status }: InventoryRun): Promise<Manifest> {
    const place = { tenantId: this.tenantId, runId, slotAt };
    const text = await this.bytes(snapshotPaths(place, status !== 'incomplete').manifest);
    return manifestSchema.parse(JSON.parse(text.toString()));
  }

  latestFile(name: string): Promise<Buffer> {
    return this.bytes(latestPath(this.tenantId, name));
  }

  /** @throws Error if there is no such blob */
  async bytes(path: string): Promise<Buffer> {
    const bytes = await this.blobs.read(path);
    if (!bytes) throw new Error(`There is no blob ${path}`);
    return bytes;
  }

  async lines(path: string): Promise<string[]> {
    const bytes = await this.bytes(path);
    const text = path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
    return text.toString('utf8').split('\n').slice(0, -1);
  }

  async sha256(path: string): Promise<string> {
    return createHash('sha256')
      .update(await this.bytes(path))
      .digest('hex');
  }

  close(): Promise<void> {
    return this.senders.close();
  }
}
