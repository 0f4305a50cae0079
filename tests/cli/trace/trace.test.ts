import { CannotStart } from '../../../cli/settings/CannotStart';
import { trace } from '../../../cli/trace/trace';
import type { AppContext } from '../../../shared/app/createAppContext';
import { trace as example } from '../../../shared/openapi/examples';
import { traceSchema, type Trace } from '../../../shared/requestRecords/Trace';

const known = traceSchema.parse(example);

function run(answer: Trace | null, ...args: string[]) {
  const work = trace.begin(args);
  const context = { requestTrace: { of: async () => answer } };
  return work?.(context as unknown as AppContext); // all that it uses
}

describe('npm run trace', () => {
  it('prints for people what a request waits for', async () => {
    const result = await run(known, '--event', 'incident-4711');

    expect(result?.exitCode).toBe(0);
    expect(result?.output).toContain('event incident-4711 of my-siem, read as plain');
    expect(result?.output).toMatch(
      /1\. ip 10\.1\.0\.10 {2}waits for its slot {2}at .* for machines\/findbyip/,
    );
  });

  it('prints with --json what the route answers', async () => {
    const result = await run(known, '--event', 'incident-4711', '--json');

    expect(JSON.parse(result?.output ?? '')).toEqual(known);
  });

  it('ends with 1 for what is not known, and says how long things are', async () => {
    const result = await run(null, '--lookup', `l_${'0'.repeat(40)}`);

    expect(result).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining('15 days') as string,
    });
  });

  it('asks for help without any setting', () => {
    expect(trace.begin(['--help'])).toBeNull();
  });

  it.each([
    [],
    ['--event', 'a', '--lookup', `l_${'0'.repeat(40)}`],
    ['--events', 'a'],
    ['a'],
    ['--lookup', 'l_x'],
    ['--request', `e_${'0'.repeat(40)}`],
  ])('refuses the arguments %j', (...args) => {
    expect(() => trace.begin(args)).toThrow(CannotStart);
  });
});
