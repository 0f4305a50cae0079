import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const TEXT = readFileSync(
  join(__dirname, '..', '..', 'infra', 'playbooks', 'enrich-incident.json'),
  'utf8',
);

interface Action {
  readonly type: string;
  readonly runAfter: Readonly<Record<string, readonly string[]>>;
  readonly operationOptions?: string | undefined;
  readonly inputs?: unknown;
  readonly actions?: Readonly<Record<string, Action>> | undefined;
}
const actionSchema: z.ZodType<Action> = z.lazy(() =>
  z.looseObject({
    type: z.string(),
    runAfter: z.record(z.string(), z.array(z.string())),
    operationOptions: z.string().optional(),
    actions: z.record(z.string(), actionSchema).optional(),
  }),
);
const connectionSchema = z.object({
  type: z.literal('Microsoft.Web/connections'),
  apiVersion: z.literal('2016-06-01'),
  kind: z.literal('V1'),
  properties: z.looseObject({ parameterValueType: z.literal('Alternative') }),
});
const workflowSchema = z.object({
  type: z.literal('Microsoft.Logic/workflows'),
  apiVersion: z.literal('2019-05-01'),
  identity: z.object({ type: z.literal('SystemAssigned') }),
  properties: z.looseObject({
    definition: z.looseObject({ actions: z.record(z.string(), actionSchema) }),
  }),
});
const { resources } = z
  .object({ resources: z.tuple([connectionSchema, workflowSchema]) })
  .parse(JSON.parse(TEXT));
const top = resources[1].properties.definition.actions;

const scopes = (actions: Readonly<Record<string, Action>>): Readonly<Record<string, Action>>[] => [
  actions,
  ...Object.values(actions).flatMap((action) => (action.actions ? scopes(action.actions) : [])),
];
const all = new Map(scopes(top).flatMap((scope) => Object.entries(scope)));
const named = (name: string) => JSON.stringify(all.get(name) ?? null);

describe('infra/playbooks/enrich-incident.json', () => {
  it('runs each action after actions of its own scope', () => {
    const unknown = scopes(top).flatMap((scope) =>
      Object.values(scope)
        .flatMap(({ runAfter }) => Object.keys(runAfter))
        .filter((name) => !(name in scope)),
    );

    expect(unknown).toEqual([]);
  });

  it('asks once for all, with its identity and the audience of the app', () => {
    const posts = [...all].filter(
      ([, { type, inputs }]) => type === 'Http' && JSON.stringify(inputs).includes('"POST"'),
    );

    expect(posts.map(([name]) => name)).toEqual(['Enrich']);
    expect(posts[0]?.[1].inputs).toMatchObject({
      uri: "@{parameters('EnricherUrl')}/api/enrich",
      authentication: {
        type: 'ManagedServiceIdentity',
        audience: "@parameters('EnricherAudience')",
      },
      body: { indicators: "@outputs('Indicators')" },
    });
    expect(named('Indicators')).toContain('100)');
  });

  it('follows a 202 itself: waits as long as it is told, then polls', () => {
    expect(all.get('Until_completed')?.type).toBe('Until');
    expect(all.get('Poll')).toMatchObject({
      operationOptions: 'DisableAsyncPattern',
      runAfter: { Delay: ['Succeeded'] },
    });
    expect(named('Delay')).toContain("variables('waitSeconds')");
    expect(named('Set_wait')).toContain('Retry-After');
    expect(named('Set_next_wait')).toContain('Retry-After');
  });

  it('sends the identity to the app only, and carries no key', () => {
    expect(named('Poll')).not.toContain('authentication');
    expect(TEXT).not.toMatch(/x-functions-key|[?&]code=|securestring|listKeys|sharedAccess/i);
  });

  it('writes one comment, which stays within 30,000 characters', () => {
    const comments = [...all].filter(([, action]) =>
      JSON.stringify(action.inputs ?? '').includes('/Incidents/Comment'),
    );

    expect(comments.map(([name]) => name)).toEqual(['Comment']);
    const rows = Number(/take\(body\('Rows'\), (\d+)\)/.exec(named('Comment'))?.[1]);
    const valueLength = Number(/min\(length\(.*?, (\d+)\)/.exec(named('Rows'))?.[1]);
    // `&` becomes five characters; tags and the other columns take less than 150, the head less than 1,000.
    expect(rows * (valueLength * 5 + 150) + 1_000).toBeLessThanOrEqual(30_000);
  });
});
