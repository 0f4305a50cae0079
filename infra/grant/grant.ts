import { parseArgs } from 'node:util';
import { DEFENDER_CLOUDS, type DefenderCloud } from '../../shared/config/defenderClouds';
import { adminCommands } from './adminCommands';
import { Graph, GRAPH_ORIGINS, GraphError, type GraphOptions } from './Graph';
import { CannotGrant, DEFENDER_ROLES, grantRoles } from './grantRoles';

const HELP = `Gives the app's identity its rights in Defender: ${DEFENDER_ROLES.join(', ')}.

  npm run grant -- [--identity OBJECT_ID] [--cloud CLOUD] [--print]

  --identity OBJECT_ID  of the identity's service principal; default: AZURE_IDENTITY_PRINCIPAL_ID, which azd sets
  --cloud CLOUD         commercial, gcc, gccHigh or dod; default: DEFENDER_CLOUD, else commercial
  --print               only prints the commands for an administrator
  --help                this text

Asks Microsoft Graph as whoever is signed in with azd or the Azure CLI, who must be Privileged Role Administrator or
Application Administrator. A second run changes nothing. azd up runs it after the resources are made. The identity gets
nothing when DEFENDER_AUTH names another way to Defender, see docs/deploy.md.

Exit code 0: all are granted, or printed; 1: you may not grant, the commands for an administrator are printed; 2: could
not start.
`;

export interface GrantOptions extends Pick<GraphOptions, 'fetch' | 'clock'> {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For a scope such as `https://graph.microsoft.com/.default`. */
  readonly getToken: (scope: string) => Promise<string>;
}

/** The command without its process. @throws {CannotGrant} */
export async function grant(
  args: readonly string[],
  { env, getToken, fetch, clock }: GrantOptions,
): Promise<{ readonly exitCode: 0 | 1; readonly output: string }> {
  const asked = readOptions(args, env);
  if (!asked) return { exitCode: 0, output: HELP };
  if (asked === 'another way') return { exitCode: 0, output: ANOTHER_WAY };
  const { identity, cloud } = asked;
  const commands = adminCommands(identity, cloud);
  if (asked.print) return { exitCode: 0, output: commands };
  const origin = GRAPH_ORIGINS[cloud];
  const graph = new Graph({
    origin,
    fetch,
    clock,
    getToken: () => getToken(`${origin}/.default`),
  });
  try {
    const { granted, hadAlready } = await grantRoles(graph, identity);
    const lines = [
      ...granted.map((role) => `granted  ${role}`),
      ...hadAlready.map((role) => `has      ${role}`),
    ];
    return { exitCode: 0, output: `${lines.join('\n')}\n` };
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    if (error.status !== 401 && error.status !== 403) throw new CannotGrant(error.message);
    const why = `You may not grant the app its rights in Defender (${error.status} ${error.code}). Until an administrator runs this, its lookups wait:`;
    return { exitCode: 1, output: `${why}\n\n${commands}` };
  }
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const ANOTHER_WAY = `The app goes to Defender as an app registration (DEFENDER_AUTH), not as its identity, which gets no rights there.
Grant them to the registration in the tenant of the machines: sign in there, then
  npm run grant -- --identity OBJECT_ID_OF_ITS_SERVICE_PRINCIPAL
`;

/** Null: help was asked for. */
function readOptions(
  args: readonly string[],
  env: GrantOptions['env'],
):
  | {
      readonly identity: string;
      readonly cloud: DefenderCloud;
      readonly print: boolean;
    }
  | 'another way'
  | null {
  const given = parse(args);
  if (given.help) return null;
  const { DEFENDER_AUTH = 'managedIdentity' } = env;
  if (given.identity === undefined && DEFENDER_AUTH !== 'managedIdentity') return 'another way';
  const identity = given.identity ?? env['AZURE_IDENTITY_PRINCIPAL_ID'] ?? '';
  if (!GUID.test(identity))
    throw new CannotGrant('--identity must be the object id of the identity, a GUID.');
  const name = given.cloud ?? env['DEFENDER_CLOUD'] ?? 'commercial';
  const cloud = (Object.keys(DEFENDER_CLOUDS) as DefenderCloud[]).find((known) => known === name); // its own keys
  if (!cloud) {
    const known = Object.keys(DEFENDER_CLOUDS).join(', ');
    throw new CannotGrant(`There is no cloud ${name}: use one of ${known}.`);
  }
  return { identity, cloud, print: given.print };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        identity: { type: 'string' },
        cloud: { type: 'string' },
        print: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CannotGrant(`${message}\n--help says what there is.`);
  }
}
