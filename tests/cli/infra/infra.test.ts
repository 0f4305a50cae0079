import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { infra } from '../../../cli/infra/infra';

const ROOT = join(__dirname, '..', '..', '..');
const ENV = { AZURE_ENV_NAME: 'soc', AZURE_LOCATION: 'westeurope' };

const run = (args: readonly string[], env: Record<string, string> = ENV) =>
  infra(args, { root: ROOT, env, readText: (path) => readFileSync(path, 'utf8') });

describe('infra()', () => {
  it('prints every resource, right and setting', async () => {
    const output = (await run([]))
      .replaceAll(/ {2,}/g, ' | ')
      .replaceAll(/(?<=-)[0-9a-f]{13}/g, '…');

    expect(output).toContain('Microsoft.ServiceBus/namespaces/queues | sb-…/lookups | 2024-01-01');
    expect(output).toContain('Azure Service Bus Data Receiver | sb-…/siem-indicators\n');
    expect(output).toContain('[{"actions":["Microsoft.ServiceBus/namespaces/*/read"]}]');
    expect(output).toContain('SIEM_QUEUE | siem-indicators');
  });

  it('prints with --json the same as data', async () => {
    const plan: unknown = JSON.parse(await run(['--json']));

    expect(plan).toMatchObject({
      settings: { SIEM_QUEUE: 'siem-indicators' },
      outputs: { AZURE_RESOURCE_GROUP: 'rg-soc' },
    });
  });

  it.each(['small-team', 'soc-private-network', 'national-cloud'])(
    'plans %s, with names for variables that are not set',
    async (name) => {
      const file = join(ROOT, 'infra/parameters', `${name}.parameters.json`);
      const output = await run(['--parameters', file], {});

      expect(output).toContain('rg-<AZURE_ENV_NAME>');
    },
  );

  it('reaches the hosts of a government cloud', async () => {
    const output = await run(['--cloud', 'AzureUSGovernment']);

    expect(output).toContain('.servicebus.usgovcloudapi.net');
    expect(output).not.toContain('windows.net');
  });

  it.each([
    [['--cloud', 'AzureMoonCloud'], 'there is no cloud AzureMoonCloud'],
    [['--parameters', 'missing.json'], 'Cannot read the parameters in missing.json'],
    [['--verbose'], 'See --help.'],
  ])('refuses %j', async (args, message) => {
    await expect(run(args)).rejects.toThrow(message);
  });

  it('explains itself', async () => {
    expect(await run(['--help'], {})).toContain('npm run infra');
  });
});
