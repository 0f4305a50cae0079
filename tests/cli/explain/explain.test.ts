import { CannotExplain, explain } from '../../../cli/explain/explain';

const NOW = Date.parse('2026-11-20T08:15:00Z');
const FILES: Readonly<Record<string, string>> = {
  'alert.json': JSON.stringify({
    id: '1795335950.2817364',
    timestamp: '2026-11-20T08:12:30Z',
    rule: { level: 12, id: '92057' },
    agent: { id: '007', name: 'DESKTOP-17', ip: '10.1.2.3' },
    manager: { name: 'siem-01' },
    data: { srcip: '127.0.0.1' },
  }),
  'broken.json': '{"ip":',
  '-': '10.1.2.3\nx y z:',
};

const run = (...args: string[]) =>
  explain(args, {
    now: NOW,
    read: (file) => {
      const text = FILES[file];
      return text === undefined
        ? Promise.reject(new Error('no such file'))
        : Promise.resolve(Buffer.from(text));
    },
  });

describe('explain()', () => {
  it('prints what is looked up, with the path each value came from, and what is left out', async () => {
    const { output, exitCode } = await run('alert.json');

    expect(exitCode).toBe(0);
    expect(output.split('\n')).toEqual([
      'alert.json: wazuh; events: 1, lookups: 1',
      '  events',
      '    1  1795335950.2817364  wazuh',
      '  looked up',
      '    host   desktop-17  agent.name  2026-11-20T08:12:30.000Z',
      '    or ip  10.1.2.3    agent.ip',
      '  left out',
      '    entry.ownHost   siem-01    manager.name',
      '    entry.notAsked  127.0.0.1  data.srcip',
      '  handed back',
      '    ruleId  92057',
      '',
    ]);
  });

  it('answers one object per file with --json, and 1 if one cannot be read', async () => {
    const { output, exitCode } = await run('broken.json', '-', '--json');

    expect(exitCode).toBe(1);
    expect(JSON.parse(output)).toMatchObject([
      { file: 'broken.json', readable: false, reason: { code: 'message.notJson' } },
      {
        file: '-',
        readable: true,
        format: 'bare',
        source: 'siem',
        eventId: null,
        indicators: [
          { kind: 'ip', value: '10.1.2.3', path: 'line 1', alternatives: [], reason: null },
          { kind: 'unknown', path: 'line 2', reason: { code: 'indicator.unrecognised' } },
        ],
      },
    ]);
  });

  it('prints why a file cannot be read as a message', async () => {
    expect((await run('broken.json')).output).toBe(
      'broken.json: cannot be read (message.notJson)\n  The body begins like JSON but is not.\n',
    );
  });

  it('answers --help without a file', async () => {
    const { output, exitCode } = await run('--help');

    expect(output).toContain('npm run explain -- FILE… [--json]');
    expect(exitCode).toBe(0);
  });

  it.each([
    { args: [], says: 'FILE is missing.' },
    { args: ['--yaml', 'alert.json'], says: "Unknown option '--yaml'" },
    { args: ['nothing.json'], says: 'Cannot read nothing.json: no such file' },
  ])('cannot start with $args', async ({ args, says }) => {
    await expect(run(...args)).rejects.toThrow(CannotExplain);
    await expect(run(...args)).rejects.toThrow(says);
  });
});
