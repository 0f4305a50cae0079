import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createAppContext } from '../../shared/app/createAppContext';
import { parseConfig } from '../../shared/config/parseConfig';
import { removeProxies } from '../../shared/config/proxyVariables';
import { failed, type CheckResult } from '../../shared/doctor/Check';
import { createHttpTransport } from '../../shared/http/createHttpTransport';
import { createLogger } from '../../shared/telemetry/createLogger';
import { CannotStart } from '../settings/CannotStart';
import { completeSettings } from '../settings/loadSettings';

export const HELP = `Examines what the app needs to work: settings, token, Defender, storage, queues, clock, quota.

  npm run doctor -- [--app URL] [--json]

  --app URL   ask the app at this address, which examines with its own identity; FUNCTION_KEY in the environment is its key
  --json      one object instead of lines
  --help      this text

Without --app this process examines: with the settings of the environment, where it is silent with Values in
local.settings.json, and if neither names a service with those of the \`npm start\` that runs in this folder. Each
endpoint of Defender is called once, under the shared quota; no message is consumed.

Exit code 0: nothing would break; 1: something would; 2: could not start.
`;

export interface DoctorOptions {
  readonly app: string | null;
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
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return null;
    const { app = null, json } = values;
    if (app !== null && !URL.canParse(app)) throw new TypeError(`--app takes a URL, not "${app}".`);
    return { app, json };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CannotStart(`${message}\n--help shows what there is.`);
  }
}

/** Asks the app. @throws {CannotStart} it does not answer with its checks */
export async function examineApp(app: string, key: string | undefined): Promise<Examination> {
  const url = new URL('/api/status?checks=all', app);
  const transport = createHttpTransport();
  try {
    const headers = key === undefined ? {} : { 'x-functions-key': key };
    const limits = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES };
    const { status, body } = await transport.get({ url, headers, ...limits });
    if (status !== 200) throw new Error(`it answers ${status}`);
    const { checks } = statusSchema.parse(JSON.parse(body));
    return { identity: `the app's own, at ${url.origin}`, checks };
  } catch (error) {
    const why = error instanceof z.ZodError ? 'it is of an older version' : String(error);
    throw new CannotStart(`Cannot ask ${url.origin}: ${why}. Is FUNCTION_KEY its key?`);
  } finally {
    transport.close();
  }
}

/** Examines with the settings of this process. @throws {CannotStart} local.settings.json cannot be read */
export async function examineHere(): Promise<Examination> {
  const running = completeSettings();
  const parsed = parseConfig(process.env);
  removeProxies(process.env);
  if (!parsed.ok) {
    const checks = parsed.problems.map(({ setting, message }) =>
      failed('settings', `${setting} ${message}`, 'docs/settings.md lists what each takes.'),
    );
    return { identity: 'none, the settings cannot be used', checks };
  }
  const context = createAppContext({ ...parsed, logger: createLogger(() => undefined) });
  const identity = running
    ? `that of the npm start of process ${running.pid}`
    : `this process's, DEFENDER_AUTH ${parsed.config.defender.auth.mode}`;
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
  return [`Identity: ${identity}`, ...lines, `${checks.length} checks, ${broken} failed`].join(
    '\n',
  );
}
