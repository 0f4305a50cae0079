import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..', '..');
const ONE = 'tests/shared/inventory/snapshot/LineFile.test.ts';

describe('npm run test:unit -- PATH', () => {
  it('runs the unit tests of that path, and no others', () => {
    const args = [join(ROOT, 'tests', 'run.cjs'), '--unit', ONE];

    const { stderr, status } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });

    const suites = [...stderr.matchAll(/^PASS \w+ (\S+)/gm)].map(([, path]) => path);
    expect(suites).toEqual([ONE]);
    expect(status).toBe(0);
  });
});
