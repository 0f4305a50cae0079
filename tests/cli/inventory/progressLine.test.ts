import { progressLine } from '../../../cli/inventory/progressLine';

const run = { seq: 3, phase: 'list', machines: 250, waits: 1 } as const;
const details = { expected: 1_000, waitMs: 0, tries: 0 };

describe('progressLine()', () => {
  it('shows pages, machines and waits, against the machines of the last snapshot', () => {
    expect(progressLine(run, details)).toBe(
      '[██████░░░░░░░░░░░░░░░░░░] 250 machines, 3 pages: reading the list, 1 waits',
    );
  });

  it('has no bar before the first snapshot', () => {
    expect(progressLine(run, { ...details, expected: 0 })).toBe(
      '250 machines, 3 pages: reading the list, 1 waits',
    );
  });

  it.each([
    { phase: 'end', says: 'proving that it ends there' },
    { phase: 'secondList', says: 'reading the list a second time' },
    { phase: 'changes', says: 'reading machines that reported meanwhile' },
    { phase: 'files', says: 'writing the files' },
  ] as const)('names what it is at: $phase', ({ phase, says }) => {
    expect(progressLine({ ...run, phase, waits: 0 }, { ...details, expected: 0 })).toBe(
      `250 machines, 3 pages: ${says}`,
    );
  });

  it.each([
    { machines: 0, bar: '░'.repeat(24) },
    { machines: 999, bar: '█'.repeat(24) },
    { machines: 1_050, bar: '█'.repeat(24) },
  ])('fills the bar for $machines of 1,000, and never beyond', ({ machines, bar }) => {
    expect(progressLine({ ...run, machines }, details)).toContain(`[${bar}] `);
  });

  it.each([
    { waitMs: 999, tries: 0, tail: '1 waits' },
    { waitMs: 1_001, tries: 0, tail: '1 waits, waiting 2 s' },
    { waitMs: 36_000, tries: 2, tail: '1 waits, 2 failed, waiting 36 s' },
  ])('says how long it waits, $waitMs ms, and after how many failures', (waiting) => {
    const { tail, ...rest } = waiting;

    expect(progressLine(run, { ...details, ...rest })).toMatch(new RegExp(`${tail}$`));
  });
});
