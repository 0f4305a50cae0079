import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Behaviour } from '../../local/defender/Behaviour';
import type { Churn } from '../../local/defender/fleet/churnFleet';
import type { ControlRequest } from '../../local/defender/SimulatorState';
import { NO_CHURN } from '../../local/defender/fleet/churnFleet';
import type { Machine } from '../../local/defender/entities/Machine';
import { manifestSchema, type Manifest } from '../../shared/inventory/snapshot/Manifest';
import { InventoryObserver } from '../support/InventoryObserver';
import { LocalStack } from '../support/LocalStack';
import { runCommand } from '../support/runCommand';

/** Small pages, so that a small fleet has many. */
const PAGE_SIZE = 80;
const MACHINES = 320;
const COMMAND = 'inventory/main.js';
const NO_LIMITS = {
  DEFENDER_QUOTA_PER_MINUTE: '10000',
  DEFENDER_QUOTA_PER_HOUR: '100000',
  BULK_PER_TEN_MINUTES: '0',
};

describe('the inventory in operation', () => {
  let stack: LocalStack;
  let base: string;
  let observer: InventoryObserver;
  let folder: string;
  const settings = {
    ...NO_LIMITS,
    INVENTORY_PAGE_SIZE: String(PAGE_SIZE),
    INVENTORY_OUTPUTS: 'csv,parquet',
    DENIED_AFTER_MS: '0',
    HTTP_AUTH: 'none',
  };
  const control = (request: ControlRequest) => {
    stack.emulators.defender.control(request);
  };
  beforeAll(async () => {
    stack = await LocalStack.start({
      defender: { machines: MACHINES, throttle: { perMinute: 100_000, perHour: 1_000_000 } },
      settings,
    });
    const host = await stack.addHost();
    base = `http://127.0.0.1:${await host.ready()}/api`;
    observer = InventoryObserver.of(stack.emulators);
    folder = mkdtempSync(join(tmpdir(), 'inventory-'));
  });
  afterEach(() => {
    control({ reset: true });
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await observer.close();
    await stack.close();
  });

  /** Every machine that the snapshot lists. */
  async function idsOf({ files }: Manifest): Promise<string[]> {
    const lines = await observer.lines(files[0]?.path ?? '');
    return lines.map((line) => (JSON.parse(line) as { id: string }).id).sort();
  }

  const fleetIds = () => stack.emulators.defender.fleet.machines.map(({ id }) => id).sort();

  it('is started by hand, is seen in the status, and answers its manifest when it is complete', async () => {
    const before = await fetch(`${base}/inventory/latest`);
    const started = await fetch(`${base}/inventory/runs`, { method: 'POST' });
    const { runId, statusUrl } = (await started.json()) as { runId: string; statusUrl: string };
    const run = await observer.ended(runId, 30_000);
    const status = (await (await fetch(statusUrl)).json()) as { lastInventory: object };
    const latest = await fetch(`${base}/inventory/latest`);

    expect(before.status).toBe(404);
    expect(started.status).toBe(202);
    expect(started.headers.get('location')).toBe(statusUrl);
    expect(run).toMatchObject({ status: 'published', machines: MACHINES });
    expect(status.lastInventory).toMatchObject({ runId, status: 'published', machines: MACHINES });
    expect(latest.status).toBe(200);
    expect(await latest.json()).toEqual(await observer.latest());
    expect(await idsOf(await observer.latest())).toEqual(fleetIds());
  });

  it('writes a Parquet file and CSV files that say what the NDJSON says', async () => {
    const { parquetReadObjects } = await import('hyparquet');

    await observer.snapshot();

    const { buffer, byteOffset, byteLength } = await observer.latestFile('devices.parquet');
    const file = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
    const rows = await parquetReadObjects({ file });
    const lines = await observer.lines((await observer.latest()).files[0]?.path ?? '');
    const machines = lines.map((line) => {
      const { _snapshot: _, ...machine } = JSON.parse(line) as Machine & { _snapshot: object };
      return machine;
    });
    expect(rows.map(({ record }) => JSON.parse(String(record)) as Machine)).toEqual(machines);
    expect(rows.map(({ id, riskScore }): unknown => [id, riskScore ?? null])).toEqual(
      machines.map(({ id, riskScore }) => [id, riskScore]),
    );
    const csv = (await observer.latestFile('devices.csv')).toString('utf8');
    expect(csv.split('\r\n').filter((line) => /^[0-9a-f]{40},/.test(line))).toHaveLength(MACHINES);
    const assets = (await observer.latestFile('splunk_assets.csv')).toString('utf8');
    for (const { id } of machines) expect(assets).toContain(`mde_device_id: ${id}`);
  });

  describe('when things go wrong', () => {
    it.each([
      { what: 'a throttled call', fault: { kind: 'error', status: 429, retryAfterSeconds: 1 } },
      { what: 'an empty page in the middle', fault: { kind: 'emptyList' } },
    ] as const)('reads on after $what', async ({ fault }) => {
      control({ faults: [{ endpoint: 'machines', fault, after: 2 }] });

      const run = await observer.snapshot();

      expect(run).toMatchObject({ status: 'published', machines: MACHINES });
      expect(run.throttled).toBe(fault.kind === 'error' ? 1 : 0);
    });

    it('never follows a nextLink that is malformed and without end', async () => {
      control({ behaviour: { nextLink: 'broken' }, clearLog: true });

      const run = await observer.snapshot();

      const asked = stack.emulators.defender
        .log()
        .filter(({ endpoint }) => endpoint === 'machines');
      expect(run).toMatchObject({ status: 'published', machines: MACHINES });
      expect(asked.length).toBe(run.calls);
      expect(asked.map(({ query }) => query['$top'])).toEqual(asked.map(() => String(PAGE_SIZE)));
    });

    it('misses no machine that is there throughout while others report, come and go', async () => {
      const before = new Set(fleetIds());
      control({ churn: { added: 1, removed: 1, seen: 1 } });

      const run = await observer.snapshot();

      control({ churn: NO_CHURN });
      expect(run).toMatchObject({ status: 'published', warnings: [] });
      const throughout = fleetIds().filter((id) => before.has(id));
      const listed = new Set(await idsOf(await observer.latest()));
      expect(throughout.length).toBeLessThan(before.size);
      expect(throughout.filter((id) => !listed.has(id))).toEqual([]);
    });

    it.each<{ what: string; behaviour: Partial<Behaviour>; churn?: Partial<Churn> }>([
      { what: 'pages are smaller than asked for', behaviour: { pageCap: 50 } },
      {
        what: 'small pages are counted as if they were all',
        behaviour: { pageCap: 50, count: 'ofPage' },
      },
      { what: 'the service does not count', behaviour: { count: 'ignore' } },
      { what: 'it refuses to', behaviour: { count: 'reject' } },
      { what: 'it has counted too few', behaviour: { count: 'tooFew' } },
      { what: 'there is no page behind the end', behaviour: { behindEnd: 'notFound' } },
      { what: 'ids change their letter case', behaviour: { idCase: 'flips' } },
      { what: 'rows change places unnoticed', behaviour: {}, churn: { swapped: 1 } },
    ])('lists every machine once, or says that it may not, when $what', async (given) => {
      const { behaviour, churn = {} } = given;
      control({ behaviour, churn });

      const run = await observer.snapshot();

      const manifest = await observer.manifestOf(run);
      const listed = await idsOf(manifest);
      expect(run.calls).toBe(manifest.source.calls);
      expect(listed).toEqual([...new Set(listed)]);
      if (manifest.complete) expect(listed).toEqual(fleetIds());
      if (!given.churn) expect(manifest.complete).toBe(true);
    });

    it('leaves out a row without an id, keeps one with an odd field, and counts both', async () => {
      const [nameless = '', odd = ''] = fleetIds();
      control({ behaviour: { rowsWithoutId: [nameless], rowsMistyped: [odd] } });

      const run = await observer.snapshot();

      const manifest = await observer.latest();
      expect(run).toMatchObject({ status: 'published', machines: MACHINES - 1 });
      expect(manifest.warnings).toEqual(['inventory.rowsSkipped', 'inventory.fieldsDropped']);
      expect(manifest.source).toMatchObject({ walks: 1, skippedRows: 1, mistypedRows: 1 });
      expect(await idsOf(manifest)).toEqual(fleetIds().filter((id) => id !== nameless));
    });

    it('keeps a list apart that is longer than all that could be read of it', async () => {
      control({ behaviour: { count: 'tooMany' } });

      expect((await observer.snapshot()).warnings).toEqual(['inventory.countUnmatched']);
    });

    it.each([
      {
        what: 'has another order with each call',
        behaviour: { listOrder: 'unstable' },
        warning: 'inventory.overlapUnconfirmed',
      },
      {
        what: 'is said not to exist',
        behaviour: { noMachines: 'notFound' },
        warning: 'inventory.countDropped',
      },
    ] as const)('keeps a list apart that $what', async ({ behaviour, warning }) => {
      const { fleet } = stack.emulators.defender;
      const all = fleet.machines;
      const before = await observer.latest();
      control({ behaviour });
      if ('noMachines' in behaviour) fleet.list(() => []);

      const run = await observer.snapshot();

      fleet.list(() => all);
      expect(run.status).toBe('incomplete');
      expect(run.warnings).toContain(warning);
      expect(await observer.latest()).toEqual(before);
    });
  });

  describe('by npm run inventory', () => {
    const run = (args: readonly string[], options: Parameters<typeof runCommand>[2] = {}) =>
      runCommand(COMMAND, args, {
        settings: { ...stack.emulators.settings, ...settings },
        ...options,
      });

    it('takes a snapshot, shows how it goes on, and brings the files', async () => {
      const before = await observer.latest();

      const { ended, output, errors } = await run(['--out', folder]);

      const manifest = readManifest(folder);
      const devices = readFileSync(join(folder, 'devices.ndjson.gz'));
      expect(ended).toBe(0);
      expect(output).toContain(`${manifest.counts.total} machines, complete`);
      expect(errors).toMatch(/\[█+░*\] \d+ machines, \d+ pages: reading the list\n/);
      expect(errors).toContain('proving that it ends there');
      expect(output).toContain('only --publish changes it');
      expect(sha256(devices)).toBe(manifest.files[0]?.sha256);
      expect(await observer.latest()).toEqual(before);
    });

    it('publishes if told to, but no list of some machines in place of all of them', async () => {
      const before = await observer.latest();
      const filtered = {
        ...stack.emulators.settings,
        ...settings,
        INVENTORY_FILTER: "riskScore eq 'High'",
      };
      const take = (...args: readonly string[]) =>
        run(['--out', folder, '--json', '--publish', ...args], { settings: filtered });

      const refused = await take();
      const afterwards = await observer.latest();
      const replaced = await take('--replace-latest');
      const some = manifestSchema.parse(JSON.parse(replaced.output));
      const back = await run(['--out', folder, '--json', '--publish', '--replace-latest']);

      expect([refused, replaced, back].map(({ ended }) => ended)).toEqual([2, 0, 0]);
      expect(refused.errors).toContain(
        `latest was taken with no filter, this run would have the filter "riskScore eq 'High'"`,
      );
      expect(afterwards).toEqual(before);
      expect(some.counts.total).toBeLessThan(MACHINES);
      expect((await observer.latest()).runId).toBe(
        manifestSchema.parse(JSON.parse(back.output)).runId,
      );
    });

    it('goes on where it was killed, and again where it was interrupted', async () => {
      control({ clearLog: true });
      /** Ends the command as soon as it has so many pages. */
      const until = (pages: number, signal: NodeJS.Signals, args: readonly string[] = []) =>
        run(['--out', folder, ...args], {
          onStart: (child) => {
            child.stderr?.on('data', (text: string) => {
              if (new RegExp(`\\b${pages} pages`).test(text)) child.kill(signal);
            });
          },
        });

      const killed = await until(2, 'SIGKILL');
      const [, runId = ''] = /^Run (\w+)$/m.exec(killed.errors) ?? [];
      const interrupted = await until(4, 'SIGINT', ['--resume', runId]);
      const resumed = await run(['--out', folder, '--resume', runId, '--json', '--publish']);

      expect([killed, interrupted, resumed].map(({ ended }) => ended)).toEqual(['SIGKILL', 130, 0]);
      const manifest = manifestSchema.parse(JSON.parse(resumed.output));
      const asked = stack.emulators.defender
        .log()
        .filter(({ endpoint }) => endpoint === 'machines');
      expect(interrupted.errors).toContain(`--resume ${runId}`);
      expect(manifest).toMatchObject({ runId, complete: true });
      // At most the page that was being read is read again.
      expect(asked.length - manifest.source.calls).toBeLessThanOrEqual(2);
      expect((await observer.latest()).runId).toBe(runId);
    });

    it.each([
      { what: 'no folder', args: [], says: '--out DIR is missing' },
      {
        what: '--replace-latest alone',
        args: ['--out', 'x', '--replace-latest'],
        says: '--replace-latest goes with --publish',
      },
      { what: 'an unknown option', args: ['--what'], says: "Unknown option '--what'" },
      { what: 'a folder that is a file', args: ['--out', __filename], says: 'Name another folder' },
      { what: 'an unknown run', args: ['--out', 'x', '--resume', 'y'], says: 'There is no run y' },
    ])('says what to do, called with $what', async ({ args, says }) => {
      const { ended, output, errors } = await run(args.map((arg) => (arg === 'x' ? folder : arg)));

      expect(ended).toBe(2);
      expect(output).toBe('');
      expect(errors).toContain(says);
    });

    it('says which settings are missing', async () => {
      // Where nothing is given, an `npm start` of this clone would be used.
      const { ended, errors } = await run(['--out', folder], { settings: { StateStorage: '' } });

      expect(ended).toBe(2);
      expect(errors).toContain('DEFENDER_TENANT_ID is missing');
    });

    it('says in a sentence which setting is none', async () => {
      const misspelt = { ...stack.emulators.settings, ...settings, INVENTORY_OUTPUT: 'csv' };

      const { errors } = await run(['--out', folder, '--json'], { settings: misspelt });

      expect(errors.split('\n')).toContain('INVENTORY_OUTPUT is not a setting of this version.');
    });

    it('says that nobody is there to be asked', async () => {
      const elsewhere = {
        ...stack.emulators.settings,
        ...settings,
        IDENTITY_ENDPOINT: 'http://127.0.0.1:9/msi/token',
      };

      const { ended, errors } = await run(['--out', folder], { settings: elsewhere });

      expect(ended).toBe(2);
      expect(errors).toContain('token: defender.tokenUnavailable');
      expect(errors).toContain('npm start');
    });

    it('explains itself with --help, and touches nothing', async () => {
      const { ended, output } = await run(['--help', '--out', join(folder, 'none')]);

      expect(ended).toBe(0);
      expect(output).toContain('npm run inventory -- --out DIR');
      expect(existsSync(join(folder, 'none'))).toBe(false);
    });
  });

  it('ends with the reason when Defender refuses our rights, and leaves the latest as it is', async () => {
    const before = await observer.latest();
    control({
      faults: [{ endpoint: 'machines', fault: { kind: 'error', status: 403 }, times: 'always' }],
    });

    const run = await observer.snapshot();

    expect(run).toMatchObject({ status: 'failed', reasonCode: 'defender.forbidden' });
    expect(await observer.latest()).toEqual(before);
  });
});

const readManifest = (folder: string): Manifest =>
  manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
