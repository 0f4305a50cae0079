import { textOf } from './bicep/Value';
import type { Plan } from './planInfra';
import { rightsOf, settingsOf, type Right } from './rights';

/** Names of the built-in roles that the deployment uses. */
const ROLE_NAMES: Readonly<Record<string, string>> = {
  '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0': 'Azure Service Bus Data Receiver',
  '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39': 'Azure Service Bus Data Sender',
  'ba92f5b4-2d11-453d-a403-e96b0029c9fe': 'Storage Blob Data Contributor',
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 'Storage Blob Data Owner',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3': 'Storage Table Data Contributor',
  '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
};

/** For people: what is made, who may do what, which settings the app gets. */
export function planText(plan: Plan): string {
  const resources = plan.resources
    .filter(({ type }) => type !== 'Microsoft.Authorization/roleAssignments')
    .map(({ type, id, apiVersion }) => [type, belowProviders(id), apiVersion]);
  const outputs = Object.entries(plan.outputs).map(([name, value]) => [name, textOf(value)]);
  return [
    section('Resources', resources),
    section('Rights of the identity in Azure', rightsOf(plan).map(rightRow)),
    section('Application settings', settingsOf(plan)),
    section('Outputs', outputs),
    'Values that only Azure knows are between ⟨ and ⟩. Tokens in names and ids are placeholders for those that Azure computes.',
    'The rights in Defender are granted afterwards: npm run grant.\n',
  ].join('\n');
}

function rightRow({ role, permissions, scope }: Right): readonly string[] {
  const what = permissions === null ? '' : JSON.stringify(permissions);
  return [ROLE_NAMES[role] ?? role, belowProviders(scope), what];
}

/** The names in an id, from the provider on. */
function belowProviders(id: string): string {
  const parts = id.split('/');
  const start = parts.lastIndexOf('providers');
  return start < 0
    ? (parts.at(-1) ?? id)
    : parts
        .slice(start + 1)
        .filter((_part, index) => index > 0 && index % 2 === 0)
        .join('/');
}

function section(title: string, rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<readonly number[]>(
    (widest, row) => row.map((cell, index) => Math.max(cell.length, widest[index] ?? 0)),
    [],
  );
  const lines = rows.map((row) =>
    `  ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd(),
  );
  return [`${title} (${rows.length})`, ...lines, ''].join('\n');
}
