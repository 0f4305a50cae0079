import { Progress } from '../../../cli/inventory/Progress';
import { newRun } from '../../../shared/inventory/run/InventoryRun';

const run = { ...newRun(0, 0), seq: 1, machines: 10 };
const details = { expected: 0, waitMs: 0, tries: 0 };
const line = '10 machines, 1 pages: reading the list';

/** Everything that `act` has written. */
function written(isTTY: boolean, isSilent: boolean, act: (progress: Progress) => void): string {
  const texts: string[] = [];
  const write = (text: string | Uint8Array) => texts.push(String(text)) > 0;
  act(new Progress({ isTTY, write }, isSilent));
  return texts.join('');
}

describe('Progress', () => {
  it('changes one line in place on a terminal, with notes above it', () => {
    const text = written(true, false, (progress) => {
      progress.show(run, details);
      progress.note('defender.throttled');
      progress.show({ ...run, seq: 2 }, details);
      progress.end();
    });

    const [clear, next] = ['\r\u001b[2K', line.replace('1 pages', '2 pages')];
    expect(text).toBe(`${clear}${line}${clear}defender.throttled\n${line}${clear}${next}\n`);
  });

  it('writes a line for each news elsewhere, and none twice', () => {
    const text = written(false, false, (progress) => {
      progress.show(run, details);
      progress.show(run, details);
      progress.note('defender.throttled');
      progress.end();
    });

    expect(text).toBe(`${line}\ndefender.throttled\n`);
  });

  it('keeps to notes where output is for a program', () => {
    const text = written(false, true, (progress) => {
      progress.show(run, details);
      progress.note('defender.denied');
    });

    expect(text).toBe('defender.denied\n');
  });

  it('says how to go on when the process ends before the run does, and nothing after it', () => {
    const before = process.listenerCount('exit');
    const text = written(false, true, (progress) => {
      progress.start('20260131T021000000Z');
      const leave = process.listeners('exit').at(-1);
      leave?.(1);
      progress.end();
    });

    expect(text).toContain('--resume 20260131T021000000Z');
    expect(process.listenerCount('exit')).toBe(before);
    expect(process.listenerCount('SIGINT')).toBe(0);
  });
});
