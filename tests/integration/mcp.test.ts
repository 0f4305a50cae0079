import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { WELL_KNOWN } from '../../local/defender/wellKnown';
import { LocalStack } from '../support/LocalStack';

const { workstation, server, sparse } = WELL_KNOWN.machines;

describe('An agent, by the client of the official SDK', () => {
  let stack: LocalStack;
  let client: Client;
  beforeAll(async () => {
    stack = await LocalStack.start({ settings: { HTTP_AUTH: 'none' } });
    const port = await (await stack.addHost()).ready();
    client = new Client({ name: 'test', version: '1' });
    await client.connect(
      new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/api/mcp`)),
    );
    // From here on the client checks every result against the schema that the tool announces.
    await client.listTools();
  }, 60_000);
  afterAll(async () => {
    await client.close();
    await stack.close();
  });

  const call = (name: string, args: Readonly<Record<string, unknown>> = {}) =>
    client.callTool({ name, arguments: args });

  it('finds six tools that only read', async () => {
    const { tools } = await client.listTools();

    expect(tools.map(({ name }) => name)).toEqual([
      'enrich_indicators',
      'get_request',
      'get_machine',
      'find_machines',
      'quota_status',
      'inventory_latest',
    ]);
    expect(tools.map(({ annotations }) => annotations?.readOnlyHint)).not.toContain(false);
  });

  it('asks for several indicators at once', async () => {
    const result = await call('enrich_indicators', {
      indicators: [workstation.computerDnsName, { machineId: server.id }, '127.0.0.1'],
    });

    expect(result.structuredContent).toMatchObject({
      status: 'completed',
      results: [
        { outcome: 'found', summary: { machineId: workstation.id } },
        { outcome: 'found', summary: { machineId: server.id, highestRiskScore: 'High' } },
        { outcome: 'invalid', reason: { code: 'ip.notRoutable' } },
      ],
    });
    expect(result.content).toMatchObject([
      { type: 'text', text: expect.stringContaining(server.id) as unknown },
    ]);
  });

  it('is told how to go on when there is no time to wait, and goes on', async () => {
    const { structuredContent } = await call('enrich_indicators', {
      indicators: [{ machineId: sparse.id }],
      waitMs: 0,
    });

    expect(structuredContent).toMatchObject({
      status: 'running',
      pollWith: 'get_request',
      retryAfterSeconds: expect.any(Number) as unknown,
    });
    await stack.until(() => stack.isIdle());
    const { pollId } = structuredContent as { pollId: string };
    const polled = await call('get_request', { pollId });
    expect(polled.structuredContent).toMatchObject({
      status: 'completed',
      results: [{ outcome: 'found', summary: { machineId: sparse.id } }],
    });
  });

  it('finds one machine by its name, and many by their properties', async () => {
    const one = await call('get_machine', { idOrName: workstation.computerDnsName });
    const many = await call('find_machines', {
      namePrefix: 'srv-payroll',
      risk: ['High', 'Medium'],
      lastSeenAfter: '2020-01-01T00:00:00Z',
      top: 5,
    });

    expect(one.structuredContent).toMatchObject({
      results: [{ summary: { machineId: workstation.id } }],
    });
    expect(many.structuredContent).toMatchObject({
      status: 'completed',
      machines: expect.arrayContaining([
        expect.objectContaining({ id: server.id, riskScore: 'High' }) as unknown,
      ]) as unknown,
      nextSkip: null,
    });
  });

  it('sees what is left of the quota, and that there is no inventory yet', async () => {
    const quota = await call('quota_status');
    const inventory = await call('inventory_latest');

    expect(quota.structuredContent).toMatchObject({
      quotaScope: 'endpoint',
      endpoints: { machine: { minute: { limit: 100 } } },
    });
    expect(inventory).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/^inventory\.noSnapshot: /) as unknown }],
    });
  });
});
