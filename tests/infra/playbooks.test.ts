import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const textOf = (playbook: string): string =>
  readFileSync(join(__dirname, '..', '..', 'infra', 'playbooks', playbook), 'utf8');

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
  properties: z.union([
    z.looseObject({ parameterValueType: z.literal('Alternative') }),
    z.looseObject({ parameterValueSet: z.looseObject({ name: z.literal('managedIdentityAuth') }) }),
  ]),
});
const workflowSchema = z.object({
  type: z.literal('Microsoft.Logic/workflows'),
  apiVersion: z.literal('2019-05-01'),
  identity: z.object({ type: z.literal('SystemAssigned') }),
  properties: z.looseObject({
    definition: z.looseObject({ actions: z.record(z.string(), actionSchema) }),
  }),
});
type Actions = Readonly<Record<string, Action>>;

const scopes = (actions: Actions): readonly Actions[] => [
  actions,
  ...Object.values(actions).flatMap((action) => (action.actions ? scopes(action.actions) : [])),
];

function read(playbook: string) {
  const text = textOf(playbook);
  const { resources } = z
    .object({ resources: z.array(z.union([connectionSchema, workflowSchema])) })
    .parse(JSON.parse(text));
  const [workflow, ...more] = resources.flatMap((each) => ('identity' in each ? [each] : []));
  if (!workflow || more.length > 0) throw new Error(`${playbook} is not one workflow`);
  const top = workflow.properties.definition.actions;
  const all = new Map(scopes(top).flatMap((scope) => Object.entries(scope)));
  return { text, top, all, named: (name: string) => JSON.stringify(all.get(name) ?? null) };
}

describe.each(['enrich-incident.json', 'comment-incident.json'])('infra/playbooks/%s', (name) => {
  const { text, top } = read(name);

  it('runs each action after actions of its own scope', () => {
    const unknown = scopes(top).flatMap((scope) =>
      Object.values(scope)
        .flatMap(({ runAfter }) => Object.keys(runAfter))
        .filter((before) => !(before in scope)),
    );

    expect(unknown).toEqual([]);
  });

  it('carries no key', () => {
    expect(text).not.toMatch(/x-functions-key|[?&]code=|securestring|listKeys|sharedAccess/i);
  });
});

describe('infra/playbooks/comment-incident.json', () => {
  const { all, named } = read('comment-incident.json');

  it('completes a message only after all else has succeeded, and only then', () => {
    expect(all.get('Complete')).toMatchObject({
      runAfter: { If_it_is_to_be_written: ['Succeeded'] },
      inputs: { method: 'delete' },
    });
    expect(named('Complete')).toContain('LockToken');
  });

  it("writes by the comment's id, so that a later answer takes the place of the earlier one", () => {
    expect(all.get('Comment')?.inputs).toMatchObject({ method: 'PUT' });
    expect(named('Comment')).toContain("/comments/@{outputs('Request')?['comment']?['id']}");
  });

  it('leaves out what is not finished, unless asked for, and what is about no incident', () => {
    expect(named('If_it_is_to_be_written')).toMatch(/'status'.*completed.*WriteRunning/);
    expect(named('If_it_is_to_be_written')).toContain('incidentArmId');
  });

  it('writes no generation over a later one, which it reads from the comment itself', () => {
    const mark = /Answer no\. /g;

    expect(named('If_it_is_newer')).toContain('greaterOrEquals');
    expect(named('Written').match(mark)).toHaveLength(2);
    expect(named('Comment').match(mark)).toHaveLength(1);
    expect(all.get('Written')?.runAfter).toEqual({ Get_comment: ['Succeeded', 'Failed'] });
  });

  it('tags the incident only if it is asked to', () => {
    expect(named('If_tags_are_wanted')).toContain("parameters('AddTags')");
    expect(all.get('Tag')?.inputs).toMatchObject({ method: 'put', path: '/Incidents' });
  });
});

describe('infra/playbooks/enrich-incident.json', () => {
  const { all, named } = read('enrich-incident.json');

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

  it('sends the identity to the app only', () => {
    expect(named('Poll')).not.toContain('authentication');
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
