import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { WELL_KNOWN } from '../../local/defender/wellKnown';
import { LocalStack } from '../support/LocalStack';

interface Zip {
  readonly unzipSync: (bytes: Buffer) => Record<string, Uint8Array>;
}

const ROOT = resolve(__dirname, '..', '..');
const MAX_BYTES = 5_000_000;
const { unzipSync } = createRequire(__filename)('fflate') as Zip; // its own type, for what is used here

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}${stdout}`);
  return stdout;
}

/** What is tracked here, committed in a repository of its own, with rubbish beside it that is not to be deployed. */
function repositoryWithRubbish(): string {
  const folder = mkdtempSync(join(tmpdir(), 'package-test-'));
  const files = run('git', ['ls-files', '-z'], ROOT).split('\0').filter(Boolean);
  for (const file of files.filter((name) => existsSync(join(ROOT, name)))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(ROOT, file), join(folder, file));
  }
  run('git', ['init', '-q'], folder);
  run('git', ['add', '-A'], folder);
  const author = ['-c', 'user.name=a', '-c', 'user.email=a@b.c', '-c', 'commit.gpgsign=false'];
  run('git', [...author, 'commit', '-qm', 'all'], folder);
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  mkdirSync(join(folder, 'functions', 'rubbish'));
  writeFileSync(join(folder, 'functions', 'rubbish', 'register.ts'), 'this is no TypeScript');
  writeFileSync(join(folder, 'host.json'), '{"version":"1.0"}');
  return folder;
}

describe('npm run package', () => {
  let folder: string;
  let files: Record<string, Uint8Array>;
  let bytes: number;
  let output: string;
  beforeAll(() => {
    folder = repositoryWithRubbish();
    // Not by way of npm, which might install.
    output = run(process.execPath, ['cli/package/main.cjs'], folder);
    const zip = readFileSync(join(folder, 'dist', 'package', 'defender-enricher.zip'));
    bytes = zip.length;
    files = unzipSync(zip);
  }, 120_000);
  afterAll(() => {
    unlinkSync(join(folder, 'node_modules'));
    rmSync(folder, { recursive: true, force: true });
  });

  const textOf = (name: string) => Buffer.from(files[name] ?? []).toString();
  const jsonOf = (name: string): unknown => JSON.parse(textOf(name));

  it('puts the app in it as it was committed, nothing else, and reports what it left out', () => {
    expect(Object.keys(files).sort()).toEqual([
      'LICENSE',
      'dist/dashboard.page.json',
      'dist/dashboardEntra.page.json',
      'dist/main.js',
      'dist/main.js.map',
      'dist/start.page.json',
      'host.json',
      'package.json',
      'sbom.cdx.json',
    ]);
    expect(textOf('host.json')).toBe(readFileSync(join(ROOT, 'host.json'), 'utf8'));
    expect(textOf('dist/main.js')).not.toContain('rubbish');
    expect(output).toContain('M host.json');
  });

  it('stays within 5 MB', () => {
    expect(bytes).toBeLessThan(MAX_BYTES);
  });

  it('leaves nothing to install or to build', () => {
    const manifest = jsonOf('package.json');

    expect(manifest).toMatchObject({ main: 'dist/main.js', engines: { node: '>=22' } });
    expect(manifest).not.toHaveProperty('scripts');
    expect(manifest).not.toHaveProperty('dependencies');
  });

  it('names what it holds: every package that the app needs, with its checksum', () => {
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const bom = jsonOf('sbom.cdx.json') as { components: { name: string; hashes?: unknown[] }[] };

    expect(bom).toMatchObject({
      bomFormat: 'CycloneDX',
      metadata: { component: { name: 'defender-enricher' } },
    });
    const named = bom.components.map(({ name }) => name);
    expect(named).toEqual(expect.arrayContaining(Object.keys(dependencies)));
    expect(named).toEqual(expect.arrayContaining(['uplot', '@azure/msal-browser'])); // in the pages
    expect(named).not.toContain('jest');
    expect(bom.components.filter(({ hashes = [] }) => hashes.length === 0)).toEqual([]);
  });

  it('is of functions, shared and their packages alone, by paths that start at the root', () => {
    const map = jsonOf('dist/main.js.map') as { sources: string[] };
    // What a package was made of before it was published.
    const sources = map.sources.filter((source) => !source.startsWith('webpack:'));

    const parts = new Set(sources.map((source) => source.split('/').slice(0, 2).join('/')));
    // Its own version stands in package.json.
    expect([...parts].sort()).toEqual([
      '../functions',
      '../node_modules',
      '../package.json',
      '../shared',
    ]);
  });

  it('holds what .funcignore lets out of the working folder', () => {
    const ignored = readFileSync(join(ROOT, '.funcignore'), 'utf8').split('\n');

    const shipped = ['/dist/functions', '/dist/shared', '/host.json', '/package.json'];
    const kept = [
      '/local',
      '/cli',
      '/bench',
      '/tests',
      '/dist/local',
      '/dist/cli',
      '/dist/package',
    ];
    expect(ignored.filter((line) => shipped.includes(line))).toEqual([]);
    expect(ignored).toEqual(expect.arrayContaining(kept));
  });

  it('answers over queue and HTTP, away from the installed packages', async () => {
    const { computerDnsName } = WELL_KNOWN.machines.workstation;
    const stack = await LocalStack.start();
    try {
      const host = await stack.addHost({}, folder);
      const base = `http://127.0.0.1:${await host.ready()}/api`;

      await stack.send([{ messageId: 'm', body: JSON.stringify({ host: computerDnsName }) }]);
      await stack.until(() => stack.published.length === 1);
      const answer = await fetch(`${base}/machines/${computerDnsName}`);

      expect(stack.published[0]?.record.outcome).toBe('found');
      expect(await answer.json()).toMatchObject({ outcome: 'found' });
      const page = await fetch(`${base}/dashboard`);
      expect([page.status, await page.text()]).toEqual([
        200,
        expect.stringContaining('id="board"'),
      ]);
    } finally {
      await stack.close();
    }
  }, 90_000);
});
