import { z } from 'zod';
import { machineSchema, type Machine } from '../../defender/DefenderAnswer';
import { parseJson } from '../../json/parseJson';
import type { LineFile } from './LineFile';
import type { Manifest } from './Manifest';
import { indexPath } from './snapshotPaths';
import type { SnapshotStore } from './SnapshotStore';
import { stableDigest } from './stableDigest';

const entrySchema = z.union([
  z.object({ id: z.string(), digest: z.string() }),
  z.object({ missing: machineSchema }),
]);

export type MachineChange = 'new' | 'changed' | 'unchanged';

/**
 * What the last complete run knew: a digest of each machine, and the machines that it missed for the first time. Takes
 * this run's machines one by one and writes down the same for the next.
 */
export class Baseline {
  private constructor(
    readonly previous: Manifest | null,
    private readonly digests: Map<string, string>,
    private readonly missing: Map<string, Machine>,
  ) {}

  /** Without its index, or with one that cannot be read, a snapshot has nothing to be compared with. */
  static async load(store: SnapshotStore, previous: Manifest | null): Promise<Baseline> {
    const index = previous && (await store.lines(indexPath(previous.runId)));
    const baseline = new Baseline(index ? previous : null, new Map(), new Map());
    for await (const line of index ?? []) {
      const { data: entry } = entrySchema.safeParse(parseJson(line));
      if (!entry) return new Baseline(null, new Map(), new Map());
      if ('missing' in entry) baseline.missing.set(entry.missing.id, entry.missing);
      else baseline.digests.set(entry.id, entry.digest);
    }
    return baseline;
  }

  /** What became of the machine since; writes it to the next run's index. */
  async compare(machine: Machine, index: LineFile): Promise<MachineChange> {
    const { id } = machine;
    const digest = stableDigest(machine);
    await index.write(`${JSON.stringify({ id, digest })}\n`);
    const missed = this.missing.get(id);
    const before = this.digests.get(id) ?? (missed && stableDigest(missed));
    this.digests.delete(id);
    this.missing.delete(id);
    if (before === undefined) return 'new';
    return before === digest ? 'unchanged' : 'changed';
  }

  /** Behind the last `compare`: machines that two complete runs in a row have missed. */
  get retired(): readonly Machine[] {
    return [...this.missing.values()];
  }

  /** Behind the last `compare`: writes the machines missed for the first time to the next run's index. */
  async noteMissing(store: SnapshotStore, index: LineFile): Promise<void> {
    const devices = this.previous?.files.find(({ format }) => format === 'ndjson');
    if (!devices || this.digests.size === 0) return;
    const lines = await store.lines(devices.path);
    if (!lines) return;
    for await (const line of lines) {
      const { _snapshot: _, ...machine } = machineSchema.parse(JSON.parse(line));
      if (!this.digests.has(machine.id)) continue;
      await index.write(`${JSON.stringify({ missing: machine })}\n`);
    }
  }
}
