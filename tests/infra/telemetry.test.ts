import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { textOf } from '../../cli/infra/bicep/Value';
import type { Plan } from '../../cli/infra/planInfra';
import { given } from './support/deploymentProblems';
import { EVERYTHING, planOf, ROOT, type Edit } from './support/planOf';

/** Fields by event, as `shared/telemetry/events.ts` writes them. */
const EVENTS: ReadonlyMap<string, readonly string[]> = new Map(
  readFileSync(join(ROOT, 'shared/telemetry/events.ts'), 'utf8')
    .split('export function ')
    .flatMap((text) => {
      const fields = [...text.matchAll(/readonly (\w+):/g)].map(([, field = '']) => field);
      return [...text.matchAll(/logger\s*\.\w+\('([\w.]+)'/g)].map(
        ([, event = '']) => [event, fields] as const,
      );
    }),
);

/** learn.microsoft.com/azure/azure-monitor/reference/supported-metrics, Microsoft.ServiceBus/Namespaces, 2026-11. */
const METRICS = ['ActiveMessages', 'DeadletteredMessages', 'Size'];

const workbookItems = z.object({
  items: z.array(z.looseObject({ content: z.looseObject({ query: z.string().optional() }) })),
});

function queriesOf({ resources }: Plan): readonly string[] {
  return resources.flatMap((resource) => {
    if (resource.type === 'Microsoft.Insights/workbooks') {
      const { items } = workbookItems.parse(
        JSON.parse(textOf(given(resource, 'properties.serializedData'))),
      );
      return items.flatMap(({ content: { query } }) => query ?? []);
    }
    if (resource.type !== 'Microsoft.Insights/scheduledQueryRules') return [];
    const { allOf } = z
      .object({ allOf: z.array(z.looseObject({ query: z.string() })) })
      .parse(given(resource, 'properties.criteria'));
    return allOf.map(({ query }) => query);
  });
}

/** Events and fields that a query names and the code does not write. */
function queryProblems(query: string): string[] {
  const compared = [...query.matchAll(/event (?:==|in) (\([^)]*\)|"[^"]*")/g)];
  const events = compared.flatMap(([, list = '']) =>
    [...list.matchAll(/"([^"]*)"/g)].map(([, name = '']) => name),
  );
  const fields = [...query.matchAll(/entry\.(\w+)/g)].map(([, field = '']) => field);
  const written = ['event', ...events.flatMap((event) => EVENTS.get(event) ?? [])];
  return [
    ...(events.length === 0 ? [`no event: ${query}`] : []),
    ...events.filter((event) => !EVENTS.has(event)).map((event) => `no event ${event}`),
    ...fields.filter((field) => !written.includes(field)).map((field) => `no field ${field}`),
  ];
}

/** Columns by which an alert is split that its query does not have. */
function dimensionProblems({ resources }: Plan): string[] {
  return resources
    .filter(({ type }) => type === 'Microsoft.Insights/scheduledQueryRules')
    .flatMap((rule) => {
      const { allOf } = z
        .object({
          allOf: z.array(
            z.looseObject({
              query: z.string(),
              dimensions: z.array(z.looseObject({ name: z.string() })),
            }),
          ),
        })
        .parse(given(rule, 'properties.criteria'));
      return allOf.flatMap(({ query, dimensions }) =>
        dimensions
          .filter(({ name }) => !new RegExp(`[ ,]${name} = `).test(query))
          .map(({ name }) => `${rule.name}: no column ${name}`),
      );
    });
}

const metricsOf = ({ resources }: Plan) =>
  resources
    .filter(({ type }) => type === 'Microsoft.Insights/metricAlerts')
    .flatMap(({ body }) => [...JSON.stringify(body).matchAll(/"metricName":"(\w+)"/g)])
    .map(([, metric = '']) => metric);

const problemsOf = (plan: Plan) => [
  ...queriesOf(plan).flatMap(queryProblems),
  ...dimensionProblems(plan),
  ...metricsOf(plan).filter((metric) => !METRICS.includes(metric)),
];

describe('alerts and workbook', () => {
  it('ask only for events, fields and metrics that are written', async () => {
    const plan = await planOf(EVERYTHING);

    expect(queriesOf(plan).length).toBeGreaterThan(15);
    expect(problemsOf(plan)).toEqual([]);
  });

  it.each<[string, Edit, string]>([
    [
      'an event',
      { file: 'modules/alerts.bicep', from: '"defender.denied"', to: '"defender.refusedUs"' },
      'no event defender.refusedUs',
    ],
    [
      'a field',
      { file: 'modules/alerts.bicep', from: 'entry.roles', to: 'entry.role' },
      'no field role',
    ],
    [
      'a field in the workbook',
      { file: 'modules/workbook.json', from: 'entry.tookMs', to: 'entry.durationMs' },
      'no field durationMs',
    ],
    [
      'a column',
      { file: 'modules/alerts.bicep', from: "['setting']", to: "['settings']" },
      'test-settings-unusable: no column settings',
    ],
    [
      'a metric',
      { file: 'modules/alerts.bicep', from: "'DeadletteredMessages'", to: "'DeadLetters'" },
      'DeadLetters',
    ],
  ])('%s that does not exist is caught', async (_title, edit, problem) => {
    expect(problemsOf(await planOf({}, [edit]))).toContain(problem);
  });

  it('are all explained in docs/operations.md, with what to type', async () => {
    const text = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
    const [, explained = '', typed = ''] =
      /^## Alerts$(.*?)^What to type first(.*?)^The _workbook_/ms.exec(text) ?? [];
    const { resources } = await planOf(EVERYTHING);
    const alerts = resources.filter(({ type }) => /metricAlerts|scheduledQueryRules/.test(type));
    const names = alerts.map(({ name }) => `\`${name.replace(/^test-/, '')}\``);

    expect(names.filter((name) => !explained.includes(`| ${name}`))).toEqual([]);
    expect(names.filter((name) => !typed.includes(name))).toEqual([]);
  });
});
