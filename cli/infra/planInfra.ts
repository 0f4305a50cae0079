import { readFileSync } from 'node:fs';
import { createBicepParser, type ReadText } from './bicep/BicepFile';
import { Deployment } from './bicep/Deployment';
import type { ResourceFacts } from './bicep/Resource';
import type { ValueObject } from './bicep/Value';

/** What a deployment would make. */
export interface Plan {
  readonly resources: readonly ResourceFacts[];
  readonly outputs: ValueObject;
}

export interface PlanOptions {
  /** Path of main.bicep. */
  readonly main: string;
  readonly parameters: ValueObject;
  readonly cloud?: string;
  readonly readText?: ReadText;
}

/**
 * Evaluates the Bicep without Azure; values only Azure knows are between ⟨ and ⟩, computed tokens are placeholders.
 *
 * @throws BicepError naming the place in the file.
 */
export async function planInfra(options: PlanOptions): Promise<Plan> {
  const { main, parameters, cloud = 'AzureCloud' } = options;
  const readText = options.readText ?? ((path: string) => readFileSync(path, 'utf8'));
  const parser = await createBicepParser();
  const deployment = new Deployment({ parser, readText, cloud }, main, parameters);
  const outputs = deployment.outputs();
  return { resources: deployment.resources().map(({ facts }) => facts), outputs };
}
