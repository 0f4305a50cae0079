import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createAppContext } from '../../shared/app/createAppContext';
import type { Clock } from '../../shared/clock/Clock';
import { parseConfig } from '../../shared/config/parseConfig';
import { removeProxies } from '../../shared/config/proxyVariables';
import { failed, type CheckResult } from '../../shared/doctor/Check';
import { createHttpTransport } from '../../shared/http/createHttpTransport';
import { createLogger } from '../../shared/telemetry/createLogger';
import { deployedApp } from '../settings/azdEnvironment';
import { CannotStart } from '../settings/CannotStart';
import { completeSettings } from '../settings/loadSettings';

export const HELP = `Examines what the app needs to work: settings, token, Defender, storage, queues, clock, quota.

  npm run doctor -- [--app URL | --here] [--json]

  --app URL   ask the app at this address, which examines with its own identity; FUNCTION_KEY in the environment is its key
  --here      this process examines, although azd has deployed an app from this folder
  --json      one object instead of lines
  --help      this text

Without either, the app that azd has deployed from this folder is asked: ENRICHER_URL, and FUNCTION_KEY unless it is in
the environment, of azd's environment (AZURE_ENV_NAME, else the default one). Without one, or with --here, this process
examines: with the settings of the environment, where it is silent with Values in local.settings.json, and if neither
names a service with those of the \`npm start\` that runs in this folder. Each endpoint of Defender is called once, under
the shared quota; no message is consumed.

Exit code 0: nothing would break; 1: something would; 2: could not start.
`;

export interface DoctorOptions {
  readonly app: string | null;
  readonly here: boolean;
  readonly json: boolean;
}

export interface Examination {
  /** Whose rights were examined. */
  readonly identity: string;
  readonly checks: readonly CheckResult[];
}

const TIMEOUT_MS = 120_000;
const MAX_BYTES = 1024 * 1024;

const statusSchema = z.object({
  checks: z.array(
    z.object({
      check: z.string(),
      status: z.enum(['ok', 'warning', 'failed']),
      detail: z.string(),
      mend: z.string().nullable(),
    }),
  ),
});

/** Null: help was asked for. @throws {CannotStart} */
export function readDoctorOptions(args: readonly string[]): DoctorOptions | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        app: { type: 'string' },
        here: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return null;
    const { app = null, here, json } = values;
    if (app !== null && here) throw new TypeError('--app and --here exclude each other.');
    if (app !== null && !URL.canParse(app)) throw new TypeError(`--app takes a URL, not "${app}".`);
    return { app, here, json };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CannotStart(`${message}\n--help shows what there is.`);
  }
}

/** By the app itself if there is one, else by this process. @throws {CannotStart} */
export async function examine({ app, here }: DoctorOptions): Promise<Examination> {
  const { FUNCTION_KEY: key = null } = process.env;
  if (app !== null) return examineApp(app, key);
  const deployed = here ? null : deployedApp(process.cwd(), process.env);
  if (!deployed) return examineHere();
  const found = await examineApp(deployed.url, key ?? deployed.key);
  return { ...found, identity: `${found.identity}, of azd's environment ${deployed.environment}` };
}

/** Asks the app. @throws {CannotStart} it does not answer with its checks */
async function examineApp(app: string, key: string | null): Promise<Examination> {
  const url = new URL('/api/status?checks=all', app);
  const transport = createHttpTransport();
  try {
    const headers = key === null ? {} : { 'x-functions-key': key };
    const limits = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES };
    const { status, body } = await transport.get({ url, headers, ...limits });
    if (status !== 200) throw new Error(`it answers ${status}`);
    const { checks } = statusSchema.parse(JSON.parse(body));
    return { identity: `the app's own, at ${url.origin}`, checks };
  } catch (error) {
    const why = error instanceof z.ZodError ? 'it is of an older version' : String(error);
    const hint = key === null ? 'FUNCTION_KEY, its key, is not set.' : 'Is FUNCTION_KEY its key?';
    throw new CannotStart(`Cannot ask ${url.origin}: ${why.replace(/\.$/, '')}. ${hint}`);
  } finally {
    transport.close();
  }
}

/** Examines with the settings of this process. @throws {CannotStart} local.settings.json cannot be read */
async function examineHere(): Promise<Examination> {
  const running = completeSettings();
  const found = await examineSettings(process.env);
  if (!running) return found;
  return { ...found, identity: `that of the npm start of process ${running.pid}` };
}

/** Of this process with these settings, from which proxies are removed. `clock`: that of the machine by default. */
export async function examineSettings(env: NodeJS.ProcessEnv, clock?: Clock): Promise<Examination> {
  const parsed = parseConfig(env);
  removeProxies(env);
  if (!parsed.ok) {
    const checks = parsed.problems.map(({ setting, message }) =>
      failed('settings', `${setting} ${message}`, 'docs/settings.md lists what each takes.'),
    );
    return { identity: 'none, the settings cannot be used', checks };
  }
  const logger = createLogger(() => undefined);
  const context = createAppContext({ ...parsed, logger, ...(clock && { clock }) });
  const identity = `this process's, DEFENDER_AUTH ${parsed.config.defender.auth.mode}`;
  try {
    return { identity, checks: await context.doctor.examine() };
  } finally {
    await context.close();
  }
}

export function examinationText({ identity, checks }: Examination): string {
  const marks = { ok: 'ok     ', warning: 'warning', failed: 'FAILED ' };
  const lines = checks.map(({ check, status, detail, mend }) => {
    const text = mend === null ? detail : `${detail.replace(/\.$/, '')}. ${mend}`;
    return `${marks[status]}  ${check}: ${text}`;
  });
  const broken = checks.filter(({ status }) => status === 'failed').length;
  const count = checks.length === 1 ? '1 check' : `${checks.length} checks`;
  return [`Identity: ${identity}`, ...lines, `${count}, ${broken} failed`].join('\n');
}
