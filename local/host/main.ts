import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { portError, PortTakenError } from '../start/portError';
import { describeError } from './HostLogger';
import { readLocalSettings, type HostSettings } from './HostSettings';
import { generateKeys } from './HttpKeys';
import { copyPackage } from './copyPackage';
import { startFunctionsHost } from './startFunctionsHost';

const HELP = `Runs the functions of this app on this machine.

  node dist/local/host/main.js [options]

  --app-root DIR      folder with host.json and package.json (default: .)
  --from-package      what npm run package has made there, copied elsewhere, instead
  --port N            HTTP port, 0 = any free one (default: 7071)
  --function-key KEY  key for \`function\` routes (default: a new one, printed)
  --master-key KEY    key for every route and /admin (default: a new one, printed)
  --from-placeholder  lose what the app prints while it loads, as the platform may
  --no-auth           let every caller in, as \`func start\` does
  --help              this text

Settings come from the environment, and where it is silent from Values in local.settings.json.
Ready when GET /admin/host/status answers {"state":"Running"}. SIGTERM and SIGINT end it within 5 s.
`;
const OPTIONS = {
  'app-root': { type: 'string', default: '.' },
  'from-package': { type: 'boolean', default: false },
  port: { type: 'string', default: '7071' },
  'function-key': { type: 'string' },
  'master-key': { type: 'string' },
  'from-placeholder': { type: 'boolean', default: false },
  'no-auth': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;
/** After a signal the process is gone by then, whatever still runs. */
const EXIT_WITHIN_MS = 4_800;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--port must be a port number, not "${values.port}".`);
  }
  const home = resolve(values['app-root']);
  const appRoot = values['from-package'] ? copyPackage(home) : home;
  enterApp(appRoot, port, readLocalSettings(home));

  process.once('uncaughtException', die);
  process.once('unhandledRejection', die);
  const generated = generateKeys();
  const keys = values['no-auth']
    ? undefined
    : {
        function: values['function-key'] ?? generated.function,
        master: values['master-key'] ?? generated.master,
      };
  const host = await startFunctionsHost({
    appRoot,
    port,
    keys,
    settings: process.env,
    fromPlaceholder: values['from-placeholder'],
    onTimeout: () => {
      stop(1);
    },
  }).catch((error: unknown) => {
    throw portError(error, '--port') ?? error;
  });
  const stop = (exitCode: number): void => {
    setTimeout(() => process.exit(exitCode), EXIT_WITHIN_MS).unref();
    void host.close().then(() => process.exit(exitCode));
  };
  // `disconnect`: the parent that started this process with a channel is gone, and needs no host any more.
  for (const event of ['SIGTERM', 'SIGINT', 'SIGHUP', 'disconnect'] as const) {
    process.once(event, () => {
      stop(0);
    });
  }

  for (const { name, trigger, isDisabled } of host.functions) {
    process.stdout.write(`  ${name}: ${trigger.type}${isDisabled ? ' (disabled)' : ''}\n`);
  }
  if (keys) process.stdout.write(`Function key ${keys.function}, master key ${keys.master}\n`);
  process.stdout.write(`Host is running on http://127.0.0.1:${host.port}\n`);
  process.send?.({ type: 'ready', port: host.port });
}

/** The environment that the Functions CLI gives an app: its root as current folder, local.settings.json below the environment. */
function enterApp(appRoot: string, port: number, settings: HostSettings): void {
  process.chdir(appRoot);
  const defaults = {
    ...(port !== 0 && { WEBSITE_HOSTNAME: `localhost:${port}` }),
    ...settings,
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    FUNCTIONS_WORKER_RUNTIME: 'node',
  };
  for (const [name, value] of Object.entries(defaults)) process.env[name] ??= value;
  for (const [name, value] of Object.entries(process.env)) {
    // Flex Consumption drops settings without a value.
    if (value === '') Reflect.deleteProperty(process.env, name);
  }
}

/** Like the worker process, this one ends on an uncaught error, and on an invocation that took too long. */
function die(error: unknown): void {
  process.stderr.write(`${describeError(error)}\n`);
  process.exit(1);
}

main().catch((error: unknown) => {
  // A fault that the user can fix needs no stack.
  die(error instanceof PortTakenError ? error.message : error);
});
