import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { BicepFile, createBicepParser } from '../../cli/infra/bicep/BicepFile';
import type { Plan } from '../../cli/infra/planInfra';
import { bodyProblems, DEFINED_TYPES } from './support/bodyProblems';
import { given, openDoors, rightLines } from './support/deploymentProblems';
import { EVERYTHING, planOf, ROOT, type Edit } from './support/planOf';

const ID = '⟨id.principalId⟩';
const QUEUE = 'Microsoft.ServiceBus/namespaces/sb/queues';
const RECEIVER = '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0';
const SENDER = '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39';

/** Every right of the app in Azure: who | role | on what. */
const RIGHTS = [
  ...['siem-indicators', 'lookups', 'inventory-pages'].map(
    (queue) => `${ID} | ${RECEIVER} | ${QUEUE}/${queue}`,
  ),
  ...[
    'siem-indicators',
    'lookups',
    'inventory-pages',
    'enriched-machines',
    'enriched-requests',
    'quarantine',
  ].map((queue) => `${ID} | ${SENDER} | ${QUEUE}/${queue}`),
  `${ID} | custom [{"actions":["Microsoft.ServiceBus/namespaces/*/read"]}] | Microsoft.ServiceBus/namespaces/sb`,
  // Storage Table and Blob Data Contributor
  `${ID} | 0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3 | Microsoft.Storage/storageAccounts/ststate`,
  `${ID} | ba92f5b4-2d11-453d-a403-e96b0029c9fe | Microsoft.Storage/storageAccounts/ststate`,
  // Storage Blob Data Owner
  `${ID} | b7e6dc6d-f1e8-4753-8033-0f276bb0955b | Microsoft.Storage/storageAccounts/sthost`,
  // Monitoring Metrics Publisher
  `${ID} | 3913510d-42f4-4e42-8a64-420c390055eb | Microsoft.Insights/components/appi`,
].sort();

/** Azure publishes no definitions of these that a test could use: their bodies are not checked. */
const UNCHECKED_TYPES = [
  'Microsoft.Insights/actionGroups',
  'Microsoft.Insights/diagnosticSettings',
  'Microsoft.Insights/metricAlerts',
  'Microsoft.Insights/scheduledQueryRules',
  'Microsoft.Network/privateDnsZones',
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks',
];

const shapes = [
  ['the defaults', {}],
  ['private network, Entra ID and alerts by mail', EVERYTHING],
] as const;

const bicepFiles = readdirSync(join(ROOT, 'infra'), { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.bicep'),
);

const problemsOf = ({ resources }: Plan) =>
  resources.flatMap((resource) => bodyProblems(resource) ?? []);

async function secretOutputs(edit?: Edit): Promise<string[]> {
  const parser = await createBicepParser();
  return bicepFiles.flatMap((name) => {
    const text = readFileSync(join(ROOT, 'infra', name), 'utf8');
    const edited = edit?.file === name ? text.replace(edit.from, edit.to) : text;
    return new BicepFile(parser, name, edited)
      .of('output')
      .filter(({ node }) =>
        /\blist\w*\(|key|secret|password|connectionstring|sas\b/i.test(node.text),
      )
      .map((output) => `${name}: ${output.name}`);
  });
}

it('infra/bicepconfig.json breaks the build for secrets, and warns of the rest', () => {
  const text = readFileSync(join(ROOT, 'infra', 'bicepconfig.json'), 'utf8');
  const level = z.object({ level: z.enum(['error', 'warning']) });
  const config = z.object({
    analyzers: z.object({
      core: z.object({ enabled: z.literal(true), rules: z.record(z.string(), level) }),
    }),
  });

  const { rules } = config.parse(JSON.parse(text)).analyzers.core;
  const errors = Object.entries(rules).filter(([, rule]) => rule.level === 'error');

  expect(errors.map(([rule]) => rule)).toEqual([
    'outputs-should-not-contain-secrets',
    'secure-parameter-default',
    'secure-params-in-nested-deploy',
    'secure-secrets-in-params',
    'use-secure-value-for-secure-inputs',
  ]);
});

describe('infra/*.bicep', () => {
  it.each(bicepFiles)('%s is Bicep', async (name) => {
    const parser = await createBicepParser();
    const text = readFileSync(join(ROOT, 'infra', name), 'utf8');

    expect(() => new BicepFile(parser, name, text)).not.toThrow();
  });

  it('does not use what the grammar misses: no comma before a line end in a list or object', () => {
    const odd = bicepFiles.filter((name) =>
      /,\s*\n\s*[\]}]/.test(readFileSync(join(ROOT, 'infra', name), 'utf8')),
    );

    expect(odd).toEqual([]);
  });

  it('returns no secret', async () => {
    expect(await secretOutputs()).toEqual([]);
  });

  it('would be caught if it did', async () => {
    const edit = {
      file: 'modules/storage.bicep',
      from: 'output name string = account.name',
      to: 'output name string = account.listKeys().keys[0].value',
    };

    expect(await secretOutputs(edit)).toEqual(['modules/storage.bicep: name']);
  });
});

describe.each(shapes)('a deployment with %s', (_title, parameters) => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await planOf(parameters);
  });

  it('has bodies that the definitions of their types allow', () => {
    expect(problemsOf(plan)).toEqual([]);
  });

  it('opens no door with a key, a password or plain HTTP', () => {
    expect(openDoors(plan)).toEqual([]);
  });

  it('gives the identity these rights and no other', () => {
    expect(rightLines(plan).sort()).toEqual(RIGHTS);
  });

  it('makes every resource once', () => {
    const ids = plan.resources.map(({ id }) => id);

    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });
});

it('names the types that cannot be checked, and keeps no definition that is not used', async () => {
  const { resources } = await planOf(EVERYTHING);
  const used = [...new Set(resources.map(({ type }) => type))];

  expect(used.filter((type) => !DEFINED_TYPES.includes(type)).sort()).toEqual(UNCHECKED_TYPES);
  expect(DEFINED_TYPES.filter((type) => !used.includes(type))).toEqual([]);
});

describe('azure.yaml', () => {
  const text = readFileSync(join(ROOT, 'azure.yaml'), 'utf8');

  it('deploys what was built here to the app that bears the name of its service', async () => {
    const { resources } = await planOf();
    const site = resources.find(({ type }) => type === 'Microsoft.Web/sites');

    expect(text).toMatch(/^services:\n {2}app:\n/m);
    expect(site?.body['tags']).toMatchObject({ 'azd-service-name': 'app' });
    expect(text).toContain('remoteBuild: false');
    expect(text).toContain('dist: dist/package/app');
  });

  it('runs commands that there are: for the package, and after the resources are made', async () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Readonly<Record<string, string>>;
    }; // as npm reads it
    const commands = [...text.matchAll(/run: npm run (\w+)/g)].map(([, name = '']) => name);

    expect(commands).toEqual(['package', 'package', 'grant', 'grant']);
    for (const command of commands) expect(scripts).toHaveProperty(command);
    // azd hands outputs to its hooks as variables.
    expect(Object.keys((await planOf()).outputs)).toEqual(
      expect.arrayContaining(['AZURE_IDENTITY_PRINCIPAL_ID', 'DEFENDER_AUTH', 'DEFENDER_CLOUD']),
    );
  });
});

describe('the app on Flex Consumption', () => {
  it('is given nothing that the plan decides itself: versions, scale, bitness, routes, FTP', async () => {
    const decided =
      /version$|scale|worker|instance|alwaysOn|use32Bit|^vnet|ftps|linuxFx|windowsFx|appSettings/i;
    for (const [, parameters] of shapes) {
      const { resources } = await planOf(parameters);
      const site = resources.find(({ type }) => type === 'Microsoft.Web/sites');
      const { properties } = z
        .object({ properties: z.looseObject({ siteConfig: z.looseObject({}) }) })
        .parse(site?.body);
      const names = [...Object.keys(properties), ...Object.keys(properties.siteConfig)];

      expect(names.filter((name) => decided.test(name) && !name.endsWith('TlsVersion'))).toEqual(
        [],
      );
    }
  });
});

describe('audit logs', () => {
  const logged = async (parameters: Readonly<Record<string, boolean>>) =>
    (await planOf(parameters)).resources
      .filter(({ type }) => type === 'Microsoft.Insights/diagnosticSettings')
      .map(({ id, body }) => `${id} ${JSON.stringify(given({ body }, 'properties.logs'))}`);

  it('go to the workspace: changes of queues, and deleted blobs', async () => {
    expect(await logged({})).toEqual([
      expect.stringMatching(/ServiceBus\/namespaces\/sb-.*OperationalLogs/),
      expect.stringMatching(/storageAccounts\/sthost.*StorageDelete/),
      expect.stringMatching(/storageAccounts\/ststate.*StorageDelete/),
    ]);
  });

  it('can be left out', async () => {
    expect(await logged({ auditLogs: false })).toEqual([]);
  });
});

describe('a private network', () => {
  it('leaves storage and Service Bus no public address, and makes Service Bus Premium', async () => {
    const { resources } = await planOf(EVERYTHING);
    const open = resources.filter(
      ({ type, body }) =>
        /^Microsoft\.(?:Storage\/storageAccounts|ServiceBus\/namespaces|Web\/sites)$/.test(type) &&
        !JSON.stringify(body).includes('"publicNetworkAccess":"Disabled"'),
    );
    const namespace = resources.find(({ type }) => type === 'Microsoft.ServiceBus/namespaces');

    expect(open).toEqual([]);
    expect(namespace?.body['sku']).toEqual({ name: 'Premium', tier: 'Premium', capacity: 1 });
  });
});

describe('a mistake in infra/ is caught', () => {
  it.each<[string, Edit, RegExp]>([
    [
      'an unknown property',
      { file: 'modules/serviceBus.bicep', from: "lockDuration: 'PT5M'", to: "lockTime: 'PT5M'" },
      /lookups: \.properties\.lockTime does not exist/,
    ],
    [
      'a value that is not allowed',
      { file: 'modules/storage.bicep', from: "'TLS1_2'", to: "'TLS12'" },
      /minimumTlsVersion cannot be TLS12/,
    ],
    [
      'a required property that is missing',
      { file: 'modules/storage.bicep', from: "  kind: 'StorageV2'\n", to: '' },
      /\.kind is missing/,
    ],
    [
      'a read-only property',
      { file: 'modules/plan.bicep', from: 'reserved: true', to: "status: 'Ready'" },
      /status is read-only/,
    ],
    [
      'another API version',
      { file: 'modules/plan.bicep', from: '@2024-11-01', to: '@2099-01-01' },
      /API version 2099-01-01/,
    ],
    [
      'text for a number',
      { file: 'modules/logs.bicep', from: 'InDays: retentionDays', to: "InDays: '30'" },
      /retentionInDays must be a number/,
    ],
  ])('%s', async (_title, edit, problem) => {
    expect(problemsOf(await planOf({}, [edit])).join('\n')).toMatch(problem);
  });

  it.each<[string, Edit]>([
    [
      'sthost',
      {
        file: 'modules/storage.bicep',
        from: 'SharedKeyAccess: false',
        to: 'SharedKeyAccess: true',
      },
    ],
    [
      'sb-',
      {
        file: 'modules/serviceBus.bicep',
        from: 'disableLocalAuth: true',
        to: 'disableLocalAuth: false',
      },
    ],
    [
      'appi-',
      {
        file: 'modules/insights.bicep',
        from: 'DisableLocalAuth: true',
        to: 'DisableLocalAuth: false',
      },
    ],
    ['func-', { file: 'modules/app.bicep', from: '    httpsOnly: true\n', to: '' }],
    ['scm', { file: 'modules/app.bicep', from: 'allow: false', to: 'allow: true' }],
  ])('an open door of %s', async (name, edit) => {
    expect(openDoors(await planOf({}, [edit])).join('\n')).toContain(name);
  });

  it.each<[string, Edit]>([
    [
      'a right on the whole namespace instead of a queue',
      { file: 'modules/roles.bicep', from: 'scope: receiveQueue[index]', to: 'scope: namespace' },
    ],
    [
      'the right to receive from another queue',
      {
        file: 'main.bicep',
        from: 'receiveFrom: [queues.siem, ',
        to: 'receiveFrom: [queues.quarantine, queues.siem, ',
      },
    ],
    [
      'a wider role',
      {
        file: 'modules/roles.bicep',
        from: "'69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'",
        to: "'090c5cfd-751d-490a-894a-3ce6f1109419'",
      },
    ],
    [
      'a wider custom role',
      { file: 'modules/roles.bicep', from: 'namespaces/*/read', to: 'namespaces/*' },
    ],
    [
      'a right that is missing',
      { file: 'modules/roles.bicep', from: 'scope: hostStorage', to: 'scope: stateStorage' },
    ],
  ])('%s', async (_title, edit) => {
    expect(rightLines(await planOf({}, [edit])).sort()).not.toEqual(RIGHTS);
  });
});
