import { grant } from '../../../infra/grant/grant';
import { IDENTITY, ROLE_IDS, SimulatedGraph } from './SimulatedGraph';

const READ_ROLES = [
  ROLE_IDS['Machine.Read.All'],
  ROLE_IDS['Alert.Read.All'],
  ROLE_IDS['File.Read.All'],
];

function setUp() {
  const graph = new SimulatedGraph();
  const sleptMs: number[] = [];
  const scopes: string[] = [];
  const run = (args: readonly string[] = [], env: Record<string, string> = {}) =>
    grant(args, {
      env: { AZURE_IDENTITY_PRINCIPAL_ID: IDENTITY, ...env },
      getToken: (scope) => {
        scopes.push(scope);
        return Promise.resolve('token-of-the-caller');
      },
      fetch: graph.fetch,
      clock: {
        sleep: (ms) => {
          sleptMs.push(ms);
          return Promise.resolve();
        },
      },
    });
  return { graph, run, sleptMs, scopes };
}

const posts = ({ asked }: SimulatedGraph) => asked.filter((call) => call.startsWith('POST'));

describe('grant()', () => {
  it('grants the three roles that read, and no other', async () => {
    const { graph, run } = setUp();

    expect(await run()).toEqual({
      exitCode: 0,
      output: 'granted  Machine.Read.All\ngranted  Alert.Read.All\ngranted  File.Read.All\n',
    });
    expect([...graph.held]).toEqual(READ_ROLES);
  });

  it('changes nothing the second time', async () => {
    const { graph, run } = setUp();
    await run();
    const before = posts(graph).length;

    expect((await run()).output).toBe(
      'has      Machine.Read.All\nhas      Alert.Read.All\nhas      File.Read.All\n',
    );
    expect(posts(graph)).toHaveLength(before);
  });

  it('grants what is missing, and takes a role that came meanwhile as granted', async () => {
    const { graph, run } = setUp();
    graph.held.add(ROLE_IDS['Machine.Read.All']);
    graph.grantedMeanwhile.add(ROLE_IDS['Alert.Read.All']);

    expect(await run()).toMatchObject({ exitCode: 0 });
    expect([...graph.held].toSorted()).toEqual(READ_ROLES.toSorted());
  });

  it.each(['federated', 'clientSecret', 'clientCertificate'])(
    'gives the identity nothing when the app goes to Defender by %s',
    async (DEFENDER_AUTH) => {
      const { graph, run } = setUp();

      const { exitCode, output } = await run([], { DEFENDER_AUTH });

      expect(exitCode).toBe(0);
      expect(output).toContain('npm run grant -- --identity');
      expect(graph.asked).toEqual([]);
    },
  );

  it('gives another service principal its rights whatever DEFENDER_AUTH is', async () => {
    const { graph, run } = setUp();

    await run(['--identity', IDENTITY], { DEFENDER_AUTH: 'federated' });

    expect([...graph.held]).toEqual(READ_ROLES);
  });

  it.each([
    ['read', { mayRead: false }],
    ['grant', { mayGrant: false }],
  ])('prints the commands for an administrator when the caller may not %s', async (_what, may) => {
    const { graph, run } = setUp();
    Object.assign(graph, may);

    const { exitCode, output } = await run();

    expect(exitCode).toBe(1);
    expect(output).toContain('403 Authorization_RequestDenied');
    expect(output).toContain(`identity=${IDENTITY}`);
    expect(output).toContain('for name in Machine.Read.All Alert.Read.All File.Read.All; do');
    expect(output).not.toContain('token-of-the-caller');
  });

  it('waits for Graph to know an identity that was made just now', async () => {
    const { graph, run, sleptMs } = setUp();
    graph.unknownFor = 3;

    expect(await run()).toMatchObject({ exitCode: 0 });
    expect(sleptMs).toEqual([5_000, 5_000, 5_000]);
  });

  it('comes again when Graph asks it to', async () => {
    const { graph, run, sleptMs } = setUp();
    graph.throttledFor = 1;

    expect(await run()).toMatchObject({ exitCode: 0 });
    expect(sleptMs).toEqual([7_000]);
  });

  it.each([
    ['commercial', 'https://graph.microsoft.com'],
    ['gcc', 'https://graph.microsoft.com'],
    ['gccHigh', 'https://graph.microsoft.us'],
    ['dod', 'https://dod-graph.microsoft.us'],
  ])('asks the Graph of %s, with a token for it', async (cloud, origin) => {
    const { graph, run, scopes } = setUp();
    await run([], { DEFENDER_CLOUD: cloud });

    expect([
      ...new Set(graph.asked.map((call) => new URL(call.split(' ')[1] ?? '').origin)),
    ]).toEqual([origin]);
    expect([...new Set(scopes)]).toEqual([`${origin}/.default`]);
  });

  it.each([
    ['Defender is not in the tenant', { hasDefender: false }, 'az ad sp create --id fc780465'],
    ['Graph cannot be reached', { isReachable: false }, 'cannot be reached at https://graph'],
    ['the identity is not in the tenant', { unknownFor: 99 }, 'no service principal'],
  ])('ends with what to do when %s', async (_why, differs, message) => {
    const { graph, run } = setUp();
    Object.assign(graph, differs);

    await expect(run()).rejects.toThrow(message);
  });

  it.each([
    [['--identity', 'my-identity'], '--identity must be the object id'],
    [['--cloud', 'china'], 'There is no cloud china: use one of commercial, gcc, gccHigh, dod.'],
    [['--force'], '--help says what there is.'],
  ])('refuses %j', async (args, message) => {
    await expect(setUp().run(args)).rejects.toThrow(message);
  });

  it('asks nothing with --print and --help', async () => {
    const { graph, run } = setUp();

    const printed = await run(['--print', '--cloud', 'dod']);
    const help = await run(['--help'], { AZURE_IDENTITY_PRINCIPAL_ID: '' });

    expect(printed.output).toMatch(/^az cloud set --name AzureUSGovernment/);
    expect(printed.output).toContain(
      'https://dod-graph.microsoft.us/v1.0/servicePrincipals/$identity',
    );
    expect(help.output).toContain('npm run grant');
    expect(graph.asked).toEqual([]);
  });
});
