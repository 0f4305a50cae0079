import { parseStartOptions, START_HELP } from '../../../local/start/startOptions';

const usual = { storage: 10_000, serviceBus: 5672, defender: 8090 };
const free = { storage: 0, serviceBus: 0, defender: 0 };
const defender = {
  machines: 250,
  churn: { added: 0, removed: 0, seen: 0, moved: 0, swapped: 0 },
};
const plain = {
  instances: 1,
  samples: true,
  messages: null,
  watch: false,
  fromPackage: false,
  inspectPort: null,
  defender,
};

describe('parseStartOptions()', () => {
  it.each([
    {
      title: 'nothing: the usual ports, one process, samples, stays up',
      args: [],
      expected: {
        ...plain,
        once: false,
        hostPort: 7071,
        ports: usual,
      },
    },
    {
      title: '--once: free ports',
      args: ['--once'],
      expected: {
        ...plain,
        once: true,
        hostPort: 0,
        ports: free,
      },
    },
    {
      title: '--once with ports: those',
      args: ['--once', '--port', '7072', '--storage-port=10000'],
      expected: {
        ...plain,
        once: true,
        hostPort: 7072,
        ports: { ...free, storage: 10_000 },
      },
    },
    {
      title: 'all knobs',
      args: [
        '--instances',
        '3',
        '--no-samples',
        '--port',
        '0',
        '--servicebus-port',
        '1',
        '--defender-port',
        '2',
        '--storage-port',
        '65535',
        '--machines=5000',
        '--churn=2',
        '--inspect=9230',
        '--watch',
      ],
      expected: {
        once: false,
        watch: true,
        fromPackage: false,
        inspectPort: 9230,
        defender: {
          machines: 5_000,
          churn: { ...defender.churn, added: 2, removed: 2, seen: 2 },
        },
        instances: 3,
        samples: false,
        messages: null,
        hostPort: 0,
        ports: { storage: 65_535, serviceBus: 1, defender: 2 },
      },
    },
  ])('reads $title', ({ args, expected }) => {
    expect(parseStartOptions(args)).toEqual(expected);
  });

  it("takes Node's own port for --inspect without one", () => {
    expect(parseStartOptions(['--inspect', '--no-samples'])).toMatchObject({
      inspectPort: 9229,
      samples: false,
    });
  });

  it('prefers --help to everything but unknown options', () => {
    expect(parseStartOptions(['--help', '--port', 'x'])).toBe('help');
  });

  it.each([
    { args: ['--port', 'x'], message: '--port takes a whole number from 0 to 65535, not "x"' },
    { args: ['--storage-port=65536'], message: '--storage-port takes' },
    { args: ['--defender-port=-1'], message: '--defender-port takes' },
    { args: ['--servicebus-port='], message: '--servicebus-port takes' },
    { args: ['--instances', '0'], message: '--instances takes a whole number from 1 to 64' },
    { args: ['--instances', '1.5'], message: '--instances takes' },
    { args: ['--once', '--no-samples'], message: '--once waits for the samples' },
    { args: ['--messages=x', '--no-samples'], message: 'one of --messages and --no-samples' },
    { args: ['--once', '--watch'], message: '--watch stays up' },
    { args: ['--from-package', '--watch'], message: '--watch runs the sources' },
    { args: ['--machines', '0'], message: '--machines takes a whole number from 1 to 100000' },
    { args: ['--churn=-1'], message: '--churn takes' },
    { args: ['--inspect='], message: '--inspect takes a whole number from 0 to 65535, not ""' },
    { args: ['--twice'], message: "Unknown option '--twice'" },
    { args: ['once'], message: 'Unexpected argument' },
  ])('refuses $args', ({ args, message }) => {
    expect(() => parseStartOptions(args)).toThrow(message);
  });
});

describe('START_HELP', () => {
  it.each([
    'once',
    'instances',
    'no-samples',
    'messages',
    'machines',
    'churn',
    'inspect',
    'watch',
    'port',
    'servicebus-port',
    'defender-port',
    'storage-port',
    'help',
  ])('explains --%s', (option) => {
    expect(START_HELP).toMatch(new RegExp(`^  --${option}[ [=]`, 'm'));
  });
});
