import { HELP, readReplayOptions } from '../../../cli/replay/replayOptions';

const NOTHING = { reason: null, request: null, lookup: null, id: null };
const USUAL = { deadLettersOf: null, perSecond: 50, waitMs: 150_000, json: false };

describe('readReplayOptions()', () => {
  it.each([
    { args: ['--list'], expected: { mode: 'list', filter: NOTHING, ...USUAL } },
    {
      args: ['--list', '--queue', 'quarantine', '--json'],
      expected: {
        mode: 'list',
        filter: NOTHING,
        ...USUAL,
        deadLettersOf: 'quarantine',
        json: true,
      },
    },
    { args: ['--all'], expected: { mode: 'replay', filter: NOTHING, ...USUAL } },
    {
      args: ['--reason', 'defender.forbidden', '--dry-run'],
      expected: { mode: 'dryRun', filter: { ...NOTHING, reason: 'defender.forbidden' }, ...USUAL },
    },
    {
      args: ['--request', 'r_1', '--lookup', 'l_1', '--id', 'q_1', '--rate', '2', '--wait', '0'],
      expected: {
        mode: 'replay',
        filter: { ...NOTHING, request: 'r_1', lookup: 'l_1', id: 'q_1' },
        ...USUAL,
        perSecond: 2,
        waitMs: 0,
      },
    },
    { args: ['--help', '--rate', 'x'], expected: null },
  ])('reads $args', ({ args, expected }) => {
    expect(readReplayOptions(args)).toEqual(expected);
  });

  it.each([
    { args: [], message: 'Name what to replay' },
    { args: ['--dry-run'], message: 'Name what to replay' },
    { args: ['--all', '--reason', 'x'], message: '--all is everything' },
    {
      args: ['--all', '--rate', '0'],
      message: '--rate takes a whole number from 1 to 1000, not "0"',
    },
    { args: ['--all', '--rate', '1001'], message: '--rate takes' },
    { args: ['--all', '--rate', '1.5'], message: '--rate takes' },
    { args: ['--all', '--wait', '-1'], message: '--wait' },
    { args: ['--all', '--wait', '3601'], message: '--wait takes a whole number from 0 to 3600' },
    { args: ['--reasons', 'x'], message: "Unknown option '--reasons'" },
  ])('refuses $args', ({ args, message }) => {
    expect(() => readReplayOptions(args)).toThrow(message);
  });

  it.each(['list', 'reason', 'request', 'lookup', 'id', 'all', 'queue', 'dry-run', 'rate', 'wait'])(
    'explains --%s',
    (option) => {
      expect(HELP).toMatch(new RegExp(`^  --${option} `, 'm'));
    },
  );
});
