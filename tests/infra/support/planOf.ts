import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { planInfra, type Plan } from '../../../cli/infra/planInfra';
import type { ValueObject } from '../../../cli/infra/bicep/Value';

export const ROOT = join(__dirname, '..', '..', '..');

/** A change to one file below `infra/`. */
export interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Everything that a deployment can have. */
export const EVERYTHING: ValueObject = {
  privateNetwork: true,
  publicHttp: false,
  entraClientId: '33333333-2222-4333-8444-555555555555',
  alertEmails: 'soc@contoso.example,duty@contoso.example',
};

/** The plan of `infra/main.bicep`, as it is or with changes. */
export function planOf(parameters: ValueObject = {}, edits: readonly Edit[] = []): Promise<Plan> {
  return planInfra({
    main: join(ROOT, 'infra', 'main.bicep'),
    parameters: { environmentName: 'test', location: 'westeurope', ...parameters },
    readText: (path) => {
      const own = edits.filter(({ file }) => file === relative(join(ROOT, 'infra'), path));
      return own.reduce(apply, readFileSync(path, 'utf8'));
    },
  });
}

function apply(text: string, { file, from, to }: Edit): string {
  if (!text.includes(from)) throw new Error(`${file} no longer holds: ${from}`);
  return text.replace(from, to);
}
