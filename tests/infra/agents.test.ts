import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from '@readme/openapi-parser';
import { z } from 'zod';
import { createTools } from '../../functions/mcp/tools/tools';
import { OPERATIONS } from '../../shared/openapi/operations';
import { mcpContext } from '../functions/mcp/mcpContext';

const AGENTS = join(__dirname, '..', '..', 'infra', 'agents');
const APP = 'https://enricher.azurewebsites.net';
const text = z.string().min(1);

/** Required and known fields of Microsoft's pages plugin-api, plugin-mcp and custom-plugins (November 2026): no schema is published. */
const authSchema = z.union([
  z.strictObject({
    Type: z.literal('APIKey'),
    Key: z.literal('x-functions-key'),
    Location: z.literal('Header'),
    AuthScheme: z.literal(''),
  }),
  z.strictObject({
    Type: z.literal('OAuthClientCredentialsFlow'),
    ClientId: z.guid(),
    TokenEndpoint: z.url(),
    Scopes: z.string().endsWith('/.default'),
    AuthorizationContentType: z.literal('application/x-www-form-urlencoded'),
  }),
]);
const settingSchema = z.strictObject({
  Name: text,
  Label: text,
  Description: text,
  HintText: text,
  SettingType: z.literal('String'),
  Required: z.literal(true),
});
const groupSchema = z.union([
  z.strictObject({
    Format: z.literal('API'),
    Settings: z.strictObject({ OpenApiSpecUrl: z.url(), EndpointUrlSettingName: text }),
  }),
  z.strictObject({
    Format: z.literal('MCP'),
    Settings: z.strictObject({
      Endpoint: z.url(),
      UseStreamableHttp: z.literal(true),
      UsePluginAuth: z.literal(true),
      TimeoutInSeconds: z.int().min(1),
      AllowedTools: text,
    }),
  }),
]);
const manifestSchema = z.strictObject({
  Descriptor: z.strictObject({
    Name: z.string().regex(/^[^/\\?#@]{1,100}$/),
    DisplayName: z.string().min(1).max(40),
    Description: text,
    DescriptionForModel: z.string().min(1).max(16_000),
    Settings: z.array(settingSchema).optional(),
    SupportedAuthTypes: z.array(z.enum(['ApiKey', 'OAuthClientCredentialsFlow'])).length(1),
    Authorization: authSchema,
  }),
  SkillGroups: z.array(groupSchema).length(1),
});

const folder = mkdtempSync(join(tmpdir(), 'agents-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** As the file is, with a key; or with the lines of Entra in their place. */
async function manifestOf(file: string, auth: 'functionKey' | 'entra') {
  const whole = readFileSync(join(AGENTS, file), 'utf8');
  const start = whole.indexOf('  SupportedAuthTypes:');
  const key = whole.slice(start, whole.indexOf('  # HTTP_AUTH=entra'));
  const entra = whole
    .replace(key, '')
    .replaceAll(/^ {2}# (?=SupportedAuthTypes|Authorization|  )/gm, '  ');
  const path = join(folder, `${auth}-${file}`);
  writeFileSync(path, auth === 'entra' ? entra : whole);
  return manifestSchema.parse(await parse(path));
}

const named = (description: string) =>
  [...description.matchAll(/`(\w+)`/g)].map(([, name]) => name);

describe.each(['functionKey', 'entra'] as const)('With HTTP_AUTH=%s', (auth) => {
  const type = auth === 'entra' ? 'OAuthClientCredentialsFlow' : 'APIKey';

  it('the API plugin reads OpenAPI 3.0, asks for the address of the app, and names operations that there are', async () => {
    const { Descriptor, SkillGroups } = await manifestOf('security-copilot-plugin.yaml', auth);

    expect(Descriptor.Authorization.Type).toBe(type);
    expect(SkillGroups[0]?.Settings).toEqual({
      OpenApiSpecUrl: `${APP}/api/openapi.json?version=3.0`,
      EndpointUrlSettingName: Descriptor.Settings?.[0]?.Name,
    });
    expect(named(Descriptor.DescriptionForModel).length).toBeGreaterThan(2);
    expect(Object.keys(OPERATIONS)).toEqual(
      expect.arrayContaining(named(Descriptor.DescriptionForModel)),
    );
  });

  it('the MCP plugin allows the tools that there are, and names some of them', async () => {
    const { Descriptor, SkillGroups } = await manifestOf('security-copilot-mcp.yaml', auth);
    const tools = createTools(mcpContext()).map(({ name }) => name);

    expect(Descriptor.Authorization.Type).toBe(type);
    expect(SkillGroups[0]?.Settings).toMatchObject({
      Endpoint: `${APP}/api/mcp`,
      AllowedTools: tools.join(','),
    });
    expect(tools).toEqual(expect.arrayContaining(named(Descriptor.DescriptionForModel)));
  });
});
