import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { ReadText } from './bicep/BicepFile';
import { BicepError, type Value, type ValueObject } from './bicep/Value';
import { planInfra } from './planInfra';
import { planText } from './planText';
import { rightsOf, settingsOf } from './rights';

const HELP = `Prints what azd up would make: every resource, right and setting, from the Bicep itself. Azure is not asked.

  npm run infra -- [--parameters FILE] [--cloud CLOUD] [--json]

  --parameters FILE  default: infra/main.parameters.json; infra/parameters holds others.
                     \${NAME} in it is replaced from the environment, as azd does
  --cloud CLOUD      AzureCloud (default) or AzureUSGovernment
  --json             { "resources", "rights", "settings", "outputs" }
  --help             this text

Exit code 0: printed; 2: the Bicep or the parameters cannot be used.
`;

/** The command cannot be carried out; the message states why. */
export class CannotPlan extends Error {
  override readonly name = 'CannotPlan';
}

export interface InfraOptions {
  /** Of the repository. */
  readonly root: string;
  readonly readText: ReadText;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The command without its process. @throws {CannotPlan} */
export async function infra(args: readonly string[], options: InfraOptions): Promise<string> {
  const asked = readOptions(args);
  if (!asked) return HELP;
  const { root, readText, env } = options;
  const main = join(root, 'infra', 'main.bicep');
  try {
    const parameters = readParameters(
      asked.parameters ?? join(root, 'infra', 'main.parameters.json'),
    );
    const plan = await planInfra({ main, parameters, cloud: asked.cloud, readText });
    if (!asked.json) return planText(plan);
    const resources = plan.resources.map(({ type, apiVersion, id, body }) => ({
      type,
      apiVersion,
      id,
      body,
    }));
    const settings = Object.fromEntries(settingsOf(plan));
    const whole = { resources, rights: rightsOf(plan), settings, outputs: plan.outputs };
    return `${JSON.stringify(whole, null, 2)}\n`;
  } catch (error) {
    if (error instanceof BicepError) throw new CannotPlan(error.message);
    throw error;
  }

  function readParameters(file: string): ValueObject {
    try {
      return parseParameters(readText(file), env);
    } catch (error) {
      throw new CannotPlan(`Cannot read the parameters in ${file}: ${messageOf(error)}`);
    }
  }
}

const value: z.ZodType<Value> = z.lazy(() =>
  z.union([
    z.string(),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(value),
    z.record(z.string(), value),
  ]),
);
const parameterFile = z.looseObject({
  parameters: z.record(z.string(), z.strictObject({ value })),
});

/** A file of parameters as azd reads it; an unset variable is shown as its name. */
export function parseParameters(text: string, env: InfraOptions['env']): ValueObject {
  const filled = text.replaceAll(
    /\$\{(\w+)(?:=([^}]*))?\}/g,
    (_all, name: string, standard: string | undefined) =>
      JSON.stringify(env[name] ?? standard ?? `<${name}>`).slice(1, -1),
  );
  const { parameters } = parameterFile.parse(JSON.parse(filled));
  return Object.fromEntries(Object.entries(parameters).map(([name, given]) => [name, given.value]));
}

/** Null: help was asked for. */
function readOptions(args: readonly string[]): {
  readonly parameters: string | undefined;
  readonly cloud: string;
  readonly json: boolean;
} | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        parameters: { type: 'string' },
        cloud: { type: 'string', default: 'AzureCloud' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return values.help ? null : { ...values, parameters: values.parameters };
  } catch (error) {
    throw new CannotPlan(`${messageOf(error)}\nSee --help.`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
