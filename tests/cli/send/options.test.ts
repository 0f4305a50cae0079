import { HELP, readSendOptions } from '../../../cli/send/options';

describe('readSendOptions()', () => {
  it.each([
    { args: ['a.json'], expected: { files: ['a.json'], waitMs: 60_000, json: false } },
    { args: ['-', '--wait=0'], expected: { files: ['-'], waitMs: 0, json: false } },
    {
      args: ['a', 'b', '--wait', '5', '--json'],
      expected: { files: ['a', 'b'], waitMs: 5_000, json: true },
    },
    { args: ['--help', '--wait', 'x'], expected: null },
  ])('reads $args', ({ args, expected }) => {
    expect(readSendOptions(args)).toEqual(expected);
  });

  it.each([
    { args: [], message: 'FILE is missing' },
    { args: ['a', '--wait', '1.5'], message: '--wait takes whole seconds up to 86400, not "1.5"' },
    { args: ['a', '--wait', '86401'], message: '--wait takes' },
    { args: ['a', '--waits', '1'], message: "Unknown option '--waits'" },
  ])('refuses $args', ({ args, message }) => {
    expect(() => readSendOptions(args)).toThrow(message);
  });

  it.each(['wait', 'json', 'help'])('explains --%s', (option) => {
    expect(HELP).toMatch(new RegExp(`^  --${option} `, 'm'));
  });
});
