import { z } from 'zod';
import { machineSchema, type Machine } from '../../defender/DefenderAnswer';
import { parseJson } from '../../json/parseJson';
import { ChangedFields } from './ChangedFields';
import type { LineFile } from './LineFile';
import type { MachineChange } from './deviceColumns';
import type { Manifest } from './Manifest';
import { indexPath } from './snapshotPaths';
import type { SnapshotStore } from './SnapshotStore';
import { stableDigest } from './stableDigest';

const entrySchema = z.union([
  z.object({ id: z.string(), digest: z.string() }),
  z.object({ missing: machineSchema }),
]);

/**
 * What the last complete run knew: a digest of each machine, and the machines that it missed for the first time. Takes
 * this run's machines one by one and writes down the same for the next.
 */
export class Baseline {
  /** Machines whose former selves are still to be looked up. */
  private readonly changed = new Set<string>();
  private readonly fields = new ChangedFields();

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
  async compare(
    machine: Machine,
    index: LineFile,
  ): Promise<Exclude<MachineChange, 'retired'> | 'unchanged'> {
    const { id } = machine;
    const digest = stableDigest(machine);
    await index.write(`${JSON.stringify({ id, digest })}\n`);
    const missed = this.missing.get(id);
    const before = this.digests.get(id) ?? (missed && stableDigest(missed));
    this.digests.delete(id);
    this.missing.delete(id);
    if (before === undefined) return 'new';
    if (before === digest) return 'unchanged';
    if (missed) this.fields.remember(missed);
    else this.changed.add(id);
    return 'changed';
  }

  /** After the last `compare`: machines that two complete runs in a row have missed. */
  get retired(): readonly Machine[] {
    return [...this.missing.values()];
  }

  /**
   * After the last `compare`: reads the previous snapshot for the former state of changed machines, and writes machines
   * missed for the first time to the next run's index, unless that is null.
   */
  async lookBack(store: SnapshotStore, index: LineFile | null): Promise<void> {
    const devices = this.previous?.files.find(({ format }) => format === 'ndjson');
    const isNeeded = this.changed.size > 0 || (index !== null && this.digests.size > 0);
    const lines = devices && isNeeded ? await store.lines(devices.path) : null;
    for await (const line of lines ?? []) {
      const { _snapshot: _, ...machine } = machineSchema.parse(JSON.parse(line));
      if (this.changed.has(machine.id)) this.fields.remember(machine);
      else if (index !== null && this.digests.has(machine.id)) {
        await index.write(`${JSON.stringify({ missing: machine })}\n`);
      }
    }
  }

  /** After `lookBack`: the fields by which a changed machine differs; null if its former self is gone. */
  changedFields(machine: Machine): readonly string[] | null {
    return this.fields.of(machine);
  }
}
