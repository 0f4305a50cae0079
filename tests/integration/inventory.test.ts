import { sparseMachine, type Machine } from '../../local/defender/entities/Machine';
import { FORMATS, type FileFormat } from '../../shared/inventory/snapshot/snapshotFiles';
import type { InventoryRun } from '../../shared/inventory/run/InventoryRun';
import type { Manifest } from '../../shared/inventory/snapshot/Manifest';
import { InventoryObserver } from '../support/InventoryObserver';
import { LocalStack } from '../support/LocalStack';

/** Around the end of a page; what is not listed yet is added from size to size. */
const SIZES = [0, 1, 9_999, 10_000, 10_001, 100_000];
const LARGEST = 100_000;

const idOf = (index: number): string => index.toString(16).padStart(40, '0');

interface Taken {
  readonly run: InventoryRun;
  readonly manifest: Manifest;
  readonly calls: number;
  /** Of what the manifest lists, and of the copies under `latest`. */
  readonly sha256: readonly { readonly path: string; readonly is: string; readonly says: string }[];
  readonly ids: readonly string[];
}

describe('the inventory of a fleet, through the real queue, at the published limits', () => {
  let stack: LocalStack;
  let observer: InventoryObserver;
  const everyId = Array.from({ length: LARGEST }, (_, index) => idOf(index));
  const taken = new Map<number, Taken>();
  beforeAll(async () => {
    // Bare records: what matters here is how many there are.
    stack = await LocalStack.start({ settings: { INVENTORY_OUTPUTS: 'ndjson' } });
    const { fleet } = stack.emulators.defender;
    fleet.list(() => []);
    await stack.addHost();
    observer = InventoryObserver.of(stack.emulators);
    for (const size of SIZES) {
      const machines: Machine[] = everyId.slice(0, size).map((id) => sparseMachine(id));
      fleet.list(() => machines);
      taken.set(size, await takeSnapshot(stack, observer));
    }
  }, 240_000);
  afterAll(async () => {
    await observer.close();
    await stack.close();
  });

  it.each(SIZES)('of %i machines lists each of them once, and is proven complete', (size) => {
    const { manifest, run, ids } = snapshotOf(size);

    expect(run).toMatchObject({ status: 'published', machines: size, epoch: 0, throttled: 0 });
    expect(manifest).toMatchObject({ complete: true, counts: { total: size } });
    expect(manifest.warnings).toEqual(size === 0 ? ['inventory.noMachines'] : []);
    expect(ids.toSorted()).toEqual(everyId.slice(0, size));
  });

  it.each(SIZES)('of %i machines says truly what its files hold', (size) => {
    const { manifest, sha256 } = snapshotOf(size);

    expect(manifest.files.map(({ format, rows }) => [format, rows])).toEqual([
      ['ndjson', size],
      ['delta', manifest.delta.new],
    ]);
    expect(sha256).toHaveLength(3);
    expect(sha256.map(({ path, is }) => [path, is])).toEqual(
      sha256.map(({ path, says }) => [path, says]),
    );
  });

  it.each([
    { size: 0, most: 4 },
    { size: 1, most: 4 },
    { size: 9_999, most: 4 },
    { size: 10_000, most: 5 },
    { size: 10_001, most: 5 },
    { size: 100_000, most: 15 },
  ])('of $size machines takes $most calls at most, and tells how many', ({ size, most }) => {
    const { manifest, calls } = snapshotOf(size);

    expect(manifest.source.calls).toBe(calls);
    expect(calls).toBeLessThanOrEqual(most);
  });

  it('tells what is new since the snapshot before', () => {
    const deltas = [...taken.values()].map(({ manifest }) => manifest.delta);

    expect(deltas.map((delta) => delta.new)).toEqual([0, 1, 9_998, 1, 1, 89_999]);
    expect(deltas.map(({ changed, retired }) => changed + retired)).toEqual(SIZES.map(() => 0));
  });

  function snapshotOf(size: number): Taken {
    const found = taken.get(size);
    if (!found) throw new Error(`No snapshot of ${size} machines`);
    return found;
  }
});

async function takeSnapshot(
  { emulators }: LocalStack,
  observer: InventoryObserver,
): Promise<Taken> {
  const { defender } = emulators;
  defender.control({ clearLog: true });
  const run = await observer.snapshot();
  const manifest = await observer.latest();
  expect(manifest.runId).toBe(run.runId);
  const listed = manifest.files.map(async ({ path, sha256: says }) => {
    return { path, says, is: await observer.sha256(path) };
  });
  const copies = manifest.files
    .filter(({ format }) => format in FORMATS)
    .map(async ({ format, sha256: says }) => {
      const path = `v1/latest/tenant=${manifest.tenantId}/${FORMATS[format as FileFormat].latest}`;
      return { path, says, is: await observer.sha256(path) };
    });
  const [devices] = manifest.files;
  const lines = await observer.lines(devices?.path ?? '');
  return {
    run,
    manifest,
    calls: defender.log().filter(({ endpoint }) => endpoint === 'machines').length,
    sha256: await Promise.all([...listed, ...copies]),
    ids: lines.map((line) => (JSON.parse(line) as { id: string }).id),
  };
}
