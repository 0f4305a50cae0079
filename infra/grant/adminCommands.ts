import type { DefenderCloud } from '../../shared/config/defenderClouds';
import { GRAPH_ORIGINS } from './Graph';
import { DEFENDER_APP_ID, DEFENDER_ROLES } from './grantRoles';

/** For an administrator with the Azure CLI and a POSIX shell; run twice, the second time reports what exists already. */
export function adminCommands(identity: string, cloud: DefenderCloud): string {
  const graph = GRAPH_ORIGINS[cloud];
  const isGovernment = cloud === 'gccHigh' || cloud === 'dod';
  return [
    ...(isGovernment ? ['az cloud set --name AzureUSGovernment && az login'] : []),
    `identity=${identity}`,
    `defender=$(az ad sp show --id ${DEFENDER_APP_ID} --query id --output tsv)`,
    `for name in ${DEFENDER_ROLES.join(' ')}; do`,
    `  role=$(az ad sp show --id ${DEFENDER_APP_ID} --query "appRoles[?value=='$name'].id" --output tsv)`,
    `  az rest --method post --url "${graph}/v1.0/servicePrincipals/$identity/appRoleAssignments" \\`,
    `    --body "{\\"principalId\\": \\"$identity\\", \\"resourceId\\": \\"$defender\\", \\"appRoleId\\": \\"$role\\"}"`,
    'done',
    '',
  ].join('\n');
}
