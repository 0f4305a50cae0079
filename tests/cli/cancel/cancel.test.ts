import { cancel } from '../../../cli/cancel/cancel';
import { CannotStart } from '../../../cli/settings/CannotStart';
import type { AppContext } from '../../../shared/app/createAppContext';

const REQUEST = `r_${'0'.repeat(40)}`;

function run(args: readonly string[], lookups = 3) {
  const done: unknown[] = [];
  const lookupCanceller = {
    count: async () => ({ requests: 1, lookups }),
    cancel: async (...given: unknown[]) => void done.push(given),
  };
  const result = cancel.begin(args)?.({ lookupCanceller } as unknown as AppContext); // all that it uses
  return { done, result };
}

describe('npm run cancel', () => {
  it.each([
    { args: ['--request', REQUEST], by: { request: REQUEST }, free: false },
    { args: ['--source', 'siem', '--free'], by: { source: 'siem' }, free: true },
    {
      args: ['--before', '2026-11-20T08:15:00+01:00'],
      by: { before: Date.parse('2026-11-20T07:15:00Z') },
      free: false,
    },
  ])('cancels with $args', async ({ args, by, free }) => {
    const { done, result } = run(args);

    expect(await result).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining('Cancelled 3 waiting lookups of 1 request') as string,
    });
    expect(done).toEqual([[by, { free }]]);
  });

  it('only counts with --dry-run', async () => {
    const { done, result } = run(['--source', 'siem', '--dry-run', '--free', '--json']);

    expect(JSON.parse((await result)?.output ?? '')).toEqual({
      by: { source: 'siem' },
      requests: 1,
      lookups: 3,
      dryRun: true,
      freed: false,
    });
    expect(done).toEqual([]);
  });

  it('ends with 1 if nothing waits', async () => {
    expect(await run(['--source', 'siem'], 0).result).toMatchObject({ exitCode: 1 });
  });

  it('asks for help without any setting', () => {
    expect(cancel.begin(['--help'])).toBeNull();
  });

  it.each([
    [],
    ['--request', 'r', '--source', 's'],
    ['--before', 'yesterday'],
    ['--before', '2026-11-20'],
    ['--all'],
  ])('refuses the arguments %j', (...args) => {
    expect(() => cancel.begin(args)).toThrow(CannotStart);
  });
});
