import { z } from 'zod';
import { GraphError, type Graph } from './Graph';

/** learn.microsoft.com/defender-endpoint/api/exposed-apis-list, 2026-11: read machines, alerts, files, and nothing else. */
export const DEFENDER_ROLES = ['Machine.Read.All', 'Alert.Read.All', 'File.Read.All'] as const;
export type DefenderRole = (typeof DEFENDER_ROLES)[number];

/** Application id of WindowsDefenderATP, in every tenant and cloud. */
export const DEFENDER_APP_ID = 'fc780465-2017-40d4-a0c5-307022471b92';

/** Defender's service principal in the tenant. */
interface Defender {
  readonly id: string;
  readonly roleIds: ReadonlyMap<string, string>;
}

export interface Granted {
  readonly granted: readonly DefenderRole[];
  readonly hadAlready: readonly DefenderRole[];
}

/** The tenant lacks what is to be granted, or the identity. */
export class CannotGrant extends Error {
  override readonly name = 'CannotGrant';
}

const servicePrincipal = z.object({
  id: z.string(),
  appRoles: z.array(
    z.object({
      id: z.string(),
      value: z.string().nullable(),
      isEnabled: z.boolean().default(true),
    }),
  ),
});
const assignments = z.object({
  value: z.array(z.object({ appRoleId: z.string(), resourceId: z.string() })),
});

/**
 * Gives the identity the roles that it lacks.
 *
 * @param identity object id of its service principal
 * @throws CannotGrant when Defender or the identity is not in the tenant.
 * @throws GraphError, status 403 when the caller may not.
 */
export async function grantRoles(graph: Graph, identity: string): Promise<Granted> {
  const defender = await findDefender(graph);
  const own = `/v1.0/servicePrincipals/${identity}/appRoleAssignments`;
  const listed = await orMissing(
    graph.ask('GET', `${own}?$top=999`),
    `There is no service principal ${identity} in the tenant that is signed in to.`,
  );
  const held = assignments
    .parse(listed)
    .value.filter(({ resourceId }) => resourceId === defender.id)
    .map(({ appRoleId }) => appRoleId);

  const granted: DefenderRole[] = [];
  for (const role of DEFENDER_ROLES) {
    const appRoleId = defender.roleIds.get(role);
    if (appRoleId === undefined) throw new CannotGrant(`WindowsDefenderATP has no role ${role}.`);
    if (held.includes(appRoleId)) continue;
    const body = { principalId: identity, resourceId: defender.id, appRoleId };
    const isNew = await graph.ask('POST', own, body).then(() => true, unlessGrantedMeanwhile);
    if (isNew) granted.push(role);
  }
  return { granted, hadAlready: DEFENDER_ROLES.filter((role) => !granted.includes(role)) };
}

async function findDefender(graph: Graph): Promise<Defender> {
  const path = `/v1.0/servicePrincipals(appId='${DEFENDER_APP_ID}')?$select=id,appRoles`;
  const found = await orMissing(
    graph.ask('GET', path),
    `WindowsDefenderATP is not in the tenant that is signed in to. It comes with a licence of Defender for Endpoint; an administrator can add it: az ad sp create --id ${DEFENDER_APP_ID}`,
  );
  const { id, appRoles } = servicePrincipal.parse(found);
  const enabled = appRoles.filter(({ isEnabled }) => isEnabled);
  return { id, roleIds: new Map(enabled.map((role) => [role.value ?? '', role.id])) };
}

async function orMissing<T>(answer: Promise<T>, message: string): Promise<T> {
  return answer.catch((error: unknown) => {
    throw error instanceof GraphError && error.status === 404 ? new CannotGrant(message) : error;
  });
}

/** Graph answers a second grant with 400; two deployments at once may both come here. */
function unlessGrantedMeanwhile(error: unknown): false {
  if (
    error instanceof GraphError &&
    error.status === 400 &&
    error.message.includes('already exists')
  )
    return false;
  throw error;
}
