import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { findRunningStart, RunFolder } from '../../../local/start/RunFolder';

const T0 = Date.parse('2026-11-20T12:00:00Z');
const run = { functions: ['http://127.0.0.1:7071'], settings: { SIEM_QUEUE: 'in' } };

describe('RunFolder', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'run-folder-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it('gives two starts at the same moment logs of their own', () => {
    const [one, other] = [RunFolder.create(root, T0), RunFolder.create(root, T0)];
    one.writerOf(0)('one\n');
    other.writerOf(0)('other\n');

    expect(readFileSync(one.logOf(0), 'utf8')).toBe('one\n');
    expect(other.endOfLog(0)).toBe('other\n');
  });

  it('is found while its process runs, the newest first', () => {
    const older = RunFolder.create(root, T0);
    const newer = RunFolder.create(root, T0 + 1_000);
    expect(findRunningStart(root)).toBeNull();
    older.announce(run);
    newer.announce({ ...run, functions: ['http://127.0.0.1:7072'] });

    expect(findRunningStart(root)?.functions).toEqual(['http://127.0.0.1:7072']);
    newer.withdraw();
    expect(findRunningStart(root)).toEqual({ pid: process.pid, ...run });
    older.withdraw();
    expect(findRunningStart(root)).toBeNull();
  });

  it('is not found when its process was killed, nor when its file is broken', () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    const [gone, broken] = [RunFolder.create(root, T0), RunFolder.create(root, T0)];
    writeFileSync(join(gone.path, 'run.json'), JSON.stringify({ ...run, pid }));
    writeFileSync(join(broken.path, 'run.json'), '{"pid":');

    expect(findRunningStart(root)).toBeNull();
  });

  it('goes with the oldest of those that have ended, never while its process runs', () => {
    const running = RunFolder.create(root, T0 - 1_000);
    running.announce(run);
    const ended = [0, 1, 2, 3, 4, 5].map((second) => RunFolder.create(root, T0 + second * 1_000));

    RunFolder.create(root, T0 + 60_000);

    expect(existsSync(running.path)).toBe(true);
    expect(ended.map(({ path }) => existsSync(path))).toEqual([
      false,
      true,
      true,
      true,
      true,
      true,
    ]);
  });
});
