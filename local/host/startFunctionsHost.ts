import type { Clock } from '../../shared/clock/Clock';
import { inTime } from '../../shared/clock/inTime';
import { systemClock } from '../../shared/clock/systemClock';
import { AdminApi } from './AdminApi';
import type { HostState } from './AdminApi';
import { describeFunction } from './FunctionDefinition';
import type { FunctionDefinition, HttpTrigger } from './FunctionDefinition';
import { FunctionInvoker } from './FunctionInvoker';
import type { FunctionTimeoutError } from './FunctionTimeoutError';
import { readHostConfig } from './HostConfig';
import type { HostConfig } from './HostConfig';
import { describeError, stdoutLogger } from './HostLogger';
import type { HostLogger } from './HostLogger';
import type { HostSettings } from './HostSettings';
import { HttpFront } from './HttpFront';
import type { HttpKeys } from './HttpKeys';
import { loadFunctionApp } from './loadFunctionApp';
import { withoutConsole } from './withoutConsole';
import { BlobTimerStatus, type TimerStatusStore } from './TimerStatus';
import { TriggerListeners } from './TriggerListeners';
import { WorkerCore } from './WorkerCore';

/** How long `close` waits for receivers to stop and invocations to end, and then for the app's terminate hooks. */
const DRAIN_MS = 3_000;
const TERMINATE_MS = 1_000;

export interface FunctionsHostOptions {
  /** Folder with host.json and package.json. */
  readonly appRoot: string;
  /** 0 = any free one. */
  readonly port: number;
  /** What the host itself looks up: connections, `%NAME%`, `AzureWebJobs.<function>.Disabled`. The app reads process.env. */
  readonly settings: HostSettings;
  /** Keys that open `function` and `admin` routes; without them every caller is let in, as `func start` does. */
  readonly keys?: HttpKeys | undefined;
  /** Default: one line per entry on stdout. */
  readonly logger?: HostLogger;
  readonly clock?: Clock;
  /** What timers go on from. Default: the account of the setting `AzureWebJobsStorage`, if that holds a connection string. */
  readonly timerStatus?: TimerStatusStore;
  /** Loses what the app prints while it loads, as an instance may that was a placeholder until then. Default: false. */
  readonly fromPlaceholder?: boolean;
  /** Called when an invocation ran into `functionTimeout`; the process should end then, as the worker's does. */
  readonly onTimeout?: (error: FunctionTimeoutError) => void;
}

export interface FunctionsHost {
  readonly port: number;
  /** Everything the app registered, disabled functions included. */
  readonly functions: readonly FunctionDefinition[];
  /** Runs a timer function now; resolves when it is done. @throws RangeError for any other name. */
  invokeTimer(name: string): Promise<void>;
  /** Takes no more work, waits for what runs (3 s), runs the terminate hooks, lets go of everything: under 5 s. */
  close(): Promise<void>;
}

/**
 * Runs the functions of an app on this machine with the semantics of the Azure Functions host: what the app registers
 * is what runs. Service Bus queue, HTTP and timer triggers; one host at a time in a process.
 *
 * @throws Error when the app cannot be loaded or registers something that the local host does not run.
 */
export async function startFunctionsHost(options: FunctionsHostOptions): Promise<FunctionsHost> {
  const { appRoot, settings, fromPlaceholder = false } = options;
  const config = readHostConfig(appRoot);
  const runtime = createRuntime(options, config);
  const { core, invoker, listeners, warn } = runtime;
  const load = () => loadFunctionApp(appRoot, core);
  const unload = fromPlaceholder ? withoutConsole(load) : load();

  let front: HttpFront | undefined;
  let state: HostState = 'Starting';
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    state = 'Stopping';
    closed ??= shutDown(runtime, front).finally(unload);
    return closed;
  };
  try {
    const functions = await startApp(core, appRoot, settings);
    const fire = listeners.fire.bind(listeners);
    front = new HttpFront({
      functions: functions.filter(isHttp).filter(({ isDisabled }) => !isDisabled),
      routePrefix: config.extensions.http.routePrefix,
      keys: options.keys,
      admin: new AdminApi({ functions, state: () => state, fire }),
      invoker,
      warn,
    });
    const port = await front.listen(options.port);
    await listeners.start(functions);
    state = 'Running';
    return { port, functions, invokeTimer: (name) => listeners.invokeTimer(name), close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Runtime {
  readonly clock: Clock;
  readonly core: WorkerCore;
  readonly invoker: FunctionInvoker;
  readonly listeners: TriggerListeners;
  readonly warn: (message: string) => void;
}

function createRuntime(options: FunctionsHostOptions, config: HostConfig): Runtime {
  const { settings, clock = systemClock, logger = stdoutLogger, onTimeout } = options;
  const timerStatus = options.timerStatus ?? BlobTimerStatus.of(settings);
  const core = new WorkerCore(logger);
  const warn = (message: string): void => {
    core.log({ level: 'warning', category: 'system', message });
  };
  const invoker = new FunctionInvoker({
    core,
    clock,
    timeoutMs: config.functionTimeout,
    onTimeout: (error) => {
      warn(`${error.message} The real host ends the worker process now.`);
      onTimeout?.(error);
    },
  });
  const { serviceBus } = config.extensions;
  const listeners = new TriggerListeners({
    config: serviceBus,
    settings,
    invoker,
    clock,
    timerStatus,
    warn,
  });
  return { clock, core, invoker, listeners, warn };
}

async function shutDown(runtime: Runtime, front: HttpFront | undefined): Promise<void> {
  const { clock, core, invoker, listeners, warn } = runtime;
  front?.stop();
  const atMost = (ms: number, work: () => Promise<unknown>) =>
    inTime(clock, ms, work, () => undefined);
  await atMost(DRAIN_MS, () => Promise.all([listeners.stop(), invoker.drain()]));
  await atMost(TERMINATE_MS, () => terminate(core, warn));
  front?.close();
  await atMost(TERMINATE_MS, () => listeners.close());
}

/** What the worker does between loading the entry files and the first invocation. */
async function startApp(
  core: WorkerCore,
  appRoot: string,
  settings: HostSettings,
): Promise<readonly FunctionDefinition[]> {
  await core.runHooks('appStart', {
    hookData: core.appLevelHookData,
    appHookData: core.appHookData,
    functionAppDirectory: appRoot,
  });
  const capabilities = await core.programmingModel.getCapabilities?.({});
  if (capabilities?.['HttpUri']) {
    throw new Error('The local host does not support enableHttpStream.');
  }
  core.markStarted();
  return [...core.functions.values()].map((one) => describeFunction(one, settings));
}

async function terminate(core: WorkerCore, warn: (message: string) => void): Promise<void> {
  try {
    await core.runHooks('appTerminate', {
      hookData: core.appLevelHookData,
      appHookData: core.appHookData,
    });
  } catch (error) {
    warn(`appTerminate: ${describeError(error)}`);
  }
}

function isHttp(one: FunctionDefinition): one is FunctionDefinition<HttpTrigger> {
  return one.trigger.type === 'httptrigger';
}
