import { app } from '@azure/functions';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isList, isObject, textOf, type ValueObject } from '../../cli/infra/bicep/Value';
import type { Plan } from '../../cli/infra/planInfra';
import { parseConfig } from '../../shared/config/parseConfig';
import { SETTING_NAMES } from '../../shared/config/settings';
import { rightsOf, settingsOf } from '../../cli/infra/rights';
import { EVERYTHING, planOf, ROOT, type Edit } from './support/planOf';

/** The emulators' way in, never set beside its `__` form. */
const LOCAL_ONLY = ['ServiceBusConnection', 'StateStorage'];

/** The platform's own settings that this deployment sets. */
const PLATFORM = [
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'AzureWebJobsStorage__blobServiceUri',
  'AzureWebJobsStorage__clientId',
  'AzureWebJobsStorage__credential',
];

/** Flex Consumption refuses these: learn.microsoft.com/azure/azure-functions/functions-app-settings, 2026-11. */
const FORBIDDEN_ON_FLEX =
  /^(?:FUNCTIONS_(?:WORKER_RUNTIME|EXTENSION_VERSION|WORKER_PROCESS_COUNT)|WEBSITE_.*|SCM_DO_BUILD_DURING_DEPLOYMENT|ENABLE_ORYX_BUILD|AzureWebJobsStorage)$/;

const appSettings = (plan: Plan) => Object.fromEntries(settingsOf(plan));

/** As the app gets them: what Azure fills in is a GUID. */
const inAzure = (settings: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      value.replaceAll(/⟨[^⟩]*⟩/g, '11111111-2222-4333-8444-555555555555'),
    ]),
  );

const offered = [
  ...readFileSync(join(ROOT, 'infra/settings.bicep'), 'utf8').matchAll(/^ {2}(\w+): string\?$/gm),
].map(([, name = '']) => name);

/** Settings that neither the deployment sets nor whoever deploys may set, and the other way round. */
function settingProblems(plan: Plan, optional: readonly string[]): string[] {
  const set = Object.keys(appSettings(plan));
  const known = [...SETTING_NAMES, ...PLATFORM];
  return [
    ...SETTING_NAMES.filter((name) => ![...set, ...optional, ...LOCAL_ONLY].includes(name)).map(
      (name) => `${name} cannot be set`,
    ),
    ...[...set, ...optional]
      .filter((name) => !known.includes(name))
      .map((name) => `${name} is unknown`),
    ...set.filter((name) => FORBIDDEN_ON_FLEX.test(name)).map((name) => `${name} is forbidden`),
    ...set.filter((name) => LOCAL_ONLY.includes(name)).map((name) => `${name} is for a local run`),
  ];
}

describe('application settings', () => {
  it('are those of the app, each set or left to whoever deploys, and the platform’s own', async () => {
    expect(settingProblems(await planOf(EVERYTHING), offered)).toEqual([]);
  });

  it.each<[string, Edit, string]>([
    [
      'that the app does not know',
      { file: 'main.bicep', from: 'SIEM_QUEUE: queues', to: 'SIEM_QUEUES: queues' },
      'SIEM_QUEUES is unknown',
    ],
    [
      'that is not set',
      { file: 'main.bicep', from: 'SIEM_QUEUE: queues', to: 'SIEM_QUEUES: queues' },
      'SIEM_QUEUE cannot be set',
    ],
    [
      'that Flex Consumption refuses',
      {
        file: 'main.bicep',
        from: 'SIEM_QUEUE: queues.siem',
        to: "SIEM_QUEUE: queues.siem\n        FUNCTIONS_WORKER_RUNTIME: 'node'",
      },
      'FUNCTIONS_WORKER_RUNTIME is forbidden',
    ],
    [
      'beside its __ form',
      {
        file: 'main.bicep',
        from: 'SIEM_QUEUE: queues.siem',
        to: "SIEM_QUEUE: queues.siem\n        ServiceBusConnection: 'Endpoint=x'",
      },
      'ServiceBusConnection is for a local run',
    ],
  ])('a setting %s is caught', async (_title, edit, problem) => {
    expect(settingProblems(await planOf({}, [edit]), offered)).toContain(problem);
  });

  it.each([
    ['the defaults', {}],
    ['everything that a deployment can have', EVERYTHING],
    ['a government cloud', { settings: { DEFENDER_CLOUD: 'gccHigh' } }],
  ])('are accepted by the app without a warning, with %s', async (_title, parameters) => {
    const settings = inAzure(appSettings(await planOf(parameters)));

    expect(parseConfig(settings)).toMatchObject({ ok: true, warnings: [] });
  });

  it('refuses a name that the app does not know, and what is no text', async () => {
    await expect(planOf({ settings: { DEFENDER_CLOUDS: 'gcc' } })).rejects.toThrow(
      'parameter settings has no DEFENDER_CLOUDS',
    );
    await expect(planOf({ settings: { RESULT_KEEP_DAYS: 31 } })).rejects.toThrow(
      'RESULT_KEEP_DAYS must be a string',
    );
  });
});

describe('functions', () => {
  const functions = new Map<string, string | null>();
  beforeAll(async () => {
    jest.spyOn(app, 'serviceBusQueue').mockImplementation((name, { queueName }) => {
      functions.set(name, queueName);
    });
    jest.spyOn(app, 'timer').mockImplementation((name) => {
      functions.set(name, null);
    });
    jest.spyOn(app, 'http').mockImplementation(() => undefined);
    Object.assign(process.env, inAzure(appSettings(await planOf())));
    for (const name of readdirSync(join(ROOT, 'functions'))) {
      const register = join(ROOT, 'functions', name, 'register');
      if (existsSync(`${register}.ts`)) await import(register);
    }
  });

  /** Queues that the identity of a plan may receive from. */
  const received = (plan: Plan): readonly string[] =>
    rightsOf(plan)
      .filter(({ role }) => role === '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0')
      .map(({ scope }) => scope.split('/').at(-1) ?? '');

  it('take messages from the queues that the identity may receive from, and from no other', async () => {
    const triggered = [...functions.values()].filter((queue) => queue !== null);

    expect(received(await planOf()).toSorted()).toEqual(triggered.toSorted());
  });

  it('would lack a right if a queue had another name', async () => {
    const edit = { file: 'main.bicep', from: "'lookups'", to: "'lookups-2'" };

    expect(received(await planOf({}, [edit])).toSorted()).not.toEqual(
      [...functions.values()].filter((queue) => queue !== null).toSorted(),
    );
  });

  const alwaysReady = (parameters: ValueObject): readonly string[] => {
    const groups = parameters['alwaysReady'] ?? [];
    if (!isList(groups)) return [];
    return groups.map((group) => (isObject(group) ? textOf(group['name']) : ''));
  };
  const unknownGroups = (names: readonly string[]) =>
    names.filter((name) => name !== 'http' && !functions.has(name.replace(/^function:/, '')));

  it.each(readdirSync(join(ROOT, 'infra/parameters')))('are those that %s keeps ready', (name) => {
    const text = readFileSync(join(ROOT, 'infra/parameters', name), 'utf8');
    const { parameters } = JSON.parse(text) as {
      parameters: Readonly<Record<string, { readonly value: ValueObject }>>;
    }; // the shape that the plan checks
    const ready = parameters['alwaysReady']?.value ?? [];

    expect(unknownGroups(alwaysReady({ alwaysReady: ready }))).toEqual([]);
  });

  it('a group of another name is caught', () => {
    const names = alwaysReady({
      alwaysReady: [{ name: 'function:siemMessages' }, { name: 'http' }],
    });

    expect(unknownGroups(names)).toEqual(['function:siemMessages']);
  });
});
