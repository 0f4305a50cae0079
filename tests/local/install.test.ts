import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const INSTALL = resolve(__dirname, '..', '..', 'local', 'install.cjs');
/** An npm that cannot install, and notes what it was asked. */
const NPM = `
const args = process.argv.slice(2);
require('node:fs').appendFileSync('asked', args.join(' ') + '\\n');
if (args[0] === 'config') console.log('registry=https://user:secret@packages.example/npm/\\nproxy=null');
else process.exitCode = 1;
`;
const lock = (version: string) =>
  JSON.stringify({ packages: { '': {}, 'node_modules/a': { version } } });

describe('installIfNeeded()', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'install-'));
    writeFileSync(join(root, 'npm.cjs'), NPM);
    writeFileSync(join(root, 'package-lock.json'), lock('1.0.0'));
    mkdirSync(join(root, 'node_modules'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  function install() {
    const script = `require(${JSON.stringify(INSTALL)}).installIfNeeded(${JSON.stringify(root)})`;
    const env = { ...process.env, npm_execpath: join(root, 'npm.cjs') };
    return spawnSync(process.execPath, ['-e', script], { env, encoding: 'utf8' });
  }

  it('asks the cache first, gives an unreachable registry up soon, and names how npm goes there', () => {
    const { status, stderr } = install();

    const [asked = ''] = readFileSync(join(root, 'asked'), 'utf8').split('\n');
    expect(asked).toMatch(/^ci .*--prefer-offline --fetch-retries=1 /);
    expect(status).not.toBe(0);
    expect(stderr).toContain('  registry=https://…@packages.example/npm/\n  proxy=null\n');
    expect(stderr).not.toContain('secret');
  });

  it.each([
    { title: 'the locked version', version: '1.0.0', isAsked: false },
    { title: 'another version', version: '0.9.0', isAsked: true },
  ])('with $title there, asks npm: $isAsked', ({ version, isAsked }) => {
    writeFileSync(join(root, 'node_modules', '.package-lock.json'), lock(version));

    expect(install().status === 0).toBe(!isAsked);
  });
});
