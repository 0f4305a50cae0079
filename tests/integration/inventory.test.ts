import { sparseMachine, type Machine } from '../../local/defender/entities/Machine';
import { FORMATS, type FileFormat } from '../../shared/inventory/snapshotFiles';
import type { InventoryRun } from '../../shared/inventory/InventoryRun';
import type { Manifest } from '../../shared/inventory/Manifest';
import { InventoryObserver } from '../support/InventoryObserver';
import { LocalStack } from '../support/LocalStack';

const LARGEST = 10_001;
const SIZES = [0, 1, 9_999, 10_000, LARGEST];

interface Taken {
  readonly size: number;
  readonly run: InventoryRun;
  readonly manifest: Manifest;
  readonly calls: number;
  /** Of what the manifest lists, and of the copies under `latest`. */
  readonly sha256: readonly { readonly path: string; readonly is: string; readonly says: string }[];
  readonly ids: readonly string[];
}

describe('the inventory of a fleet, through the real queue', () => {
  let stack: LocalStack;
  let observer: InventoryObserver;
  let everyId: readonly string[];
  const taken: Taken[] = [];
  beforeAll(async () => {
    stack = await LocalStack.start({
      defender: { machines: LARGEST },
      settings: { INVENTORY_OUTPUTS: 'ndjson,csv,parquet', BULK_PER_TEN_MINUTES: '0' },
    });
    await stack.addHost();
    observer = InventoryObserver.of(stack.emulators);
    const waiting = takeAllFrom(stack);
    everyId = waiting.map(({ id }) => id);
    for (const size of SIZES) {
      growTo(stack, size, waiting);
      taken.push(await takeSnapshot(stack, observer, size));
    }
  }, 240_000);
  afterAll(async () => {
    await observer.close();
    await stack.close();
  });

  it.each(SIZES)('of %i machines lists each of them once, and is proven complete', (size) => {
    const { manifest, run, ids } = snapshotOf(size);

    expect(run).toMatchObject({ status: 'published', machines: size, epoch: 0 });
    expect(manifest).toMatchObject({ complete: true, counts: { total: size } });
    expect(manifest.warnings).toEqual(size === 0 ? ['inventory.noMachines'] : []);
    expect(ids.toSorted()).toEqual(everyId.slice(0, size).toSorted());
  });

  it.each(SIZES)('of %i machines says truly what its files hold', (size) => {
    const { manifest, sha256 } = snapshotOf(size);

    expect(manifest.files.map(({ format }) => format)).toEqual([
      'ndjson',
      'csv',
      'splunk',
      'parquet',
      'delta',
    ]);
    expect(sha256.map(({ path, is }) => [path, is])).toEqual(
      sha256.map(({ path, says }) => [path, says]),
    );
    const devices = manifest.files.filter(({ format }) => format !== 'delta');
    expect(devices.map(({ rows }) => rows)).toEqual([size, size, size, size]);
  });

  it.each(SIZES)('of %i machines takes no more calls than pages and their proof', (size) => {
    const { manifest, calls } = snapshotOf(size);

    expect(manifest.source.calls).toBe(calls);
    expect(calls).toBeLessThanOrEqual(size < 10_000 ? 4 : 5);
  });

  it('tells what is new since the snapshot before', () => {
    const news = taken.map(({ manifest }) => manifest.delta.new);

    expect(news).toEqual([0, 1, 9_998, 1, 1]);
    expect(taken.map(({ manifest }) => manifest.delta.retired)).toEqual([0, 0, 0, 0, 0]);
  });

  it('retires a machine that two complete snapshots in a row have missed', async () => {
    const [gone] = takeFrom(stack, 1);
    const first = await takeSnapshot(stack, observer, LARGEST - 1);
    const second = await takeSnapshot(stack, observer, LARGEST - 1);
    const third = await takeSnapshot(stack, observer, LARGEST - 1);

    const retired = [first, second, third].map(({ manifest }) => manifest.delta.retired);
    const delta = second.manifest.files.find(({ format }) => format === 'delta');
    const lines = await observer.lines(delta?.path ?? '');
    expect(retired).toEqual([0, 1, 0]);
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { change: 'retired', machine: { id: gone?.id } },
    ]);
  }, 60_000);

  it('keeps a fleet that seems to have shrunk by half apart, and leaves the latest as it is', async () => {
    const before = await observer.latest();
    const hidden = takeFrom(stack, 5_000);

    const run = await observer.snapshot();

    growTo(stack, LARGEST - 1, hidden);
    expect(run).toMatchObject({ status: 'incomplete', warnings: ['inventory.countDropped'] });
    expect(await observer.latest()).toEqual(before);
  }, 60_000);

  it('flags a list that has another order with each call, and leaves the latest as it is', async () => {
    const before = await observer.latest();
    stack.emulators.defender.fleet.insertListed(0, sparseMachine('f'.repeat(40)));
    stack.emulators.defender.fleet.insertListed(0, sparseMachine('e'.repeat(40)));
    stack.emulators.defender.control({ behaviour: { listOrder: 'unstable' } });

    const run = await observer.snapshot();

    stack.emulators.defender.control({ behaviour: { listOrder: 'stable' } });
    expect(run.status).toBe('incomplete');
    expect(run.warnings).toContain('inventory.overlapUnconfirmed');
    expect(await observer.latest()).toEqual(before);
  }, 60_000);

  it('reads on after a throttled call, an empty page and links that lead nowhere', async () => {
    stack.emulators.defender.control({
      behaviour: { nextLink: 'broken' },
      faults: [
        { endpoint: 'machines', fault: { kind: 'error', status: 429, retryAfterSeconds: 1 } },
        { endpoint: 'machines', fault: { kind: 'emptyList' } },
      ],
    });

    const run = await observer.snapshot();

    expect(run).toMatchObject({ status: 'published', machines: LARGEST + 1, throttled: 1 });
  }, 60_000);

  function snapshotOf(size: number): Taken {
    const found = taken.find((each) => each.size === size);
    if (!found) throw new Error(`No snapshot of ${size} machines`);
    return found;
  }
});

/** Empties the list; the machines are still known. */
function takeAllFrom(stack: LocalStack): Machine[] {
  return takeFrom(stack, stack.emulators.defender.fleet.machines.length);
}

function takeFrom({ emulators }: LocalStack, count: number): Machine[] {
  const { fleet } = emulators.defender;
  const taken = Array.from({ length: count }, () => fleet.removeListed(0));
  return taken.filter((machine) => machine !== undefined);
}

function growTo({ emulators }: LocalStack, size: number, waiting: readonly Machine[]): void {
  const { fleet } = emulators.defender;
  const listed = new Set(fleet.machines);
  for (const machine of waiting.filter((each) => !listed.has(each))) {
    if (fleet.machines.length >= size) return;
    fleet.insertListed(fleet.machines.length, machine);
  }
}

async function takeSnapshot(
  stack: LocalStack,
  observer: InventoryObserver,
  size: number,
): Promise<Taken> {
  stack.emulators.defender.control({ clearLog: true });
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
    ...{ size, run, manifest },
    calls: stack.emulators.defender.log().filter(({ endpoint }) => endpoint === 'machines').length,
    sha256: await Promise.all([...listed, ...copies]),
    ids: lines.map((line) => (JSON.parse(line) as { id: string }).id),
  };
}
