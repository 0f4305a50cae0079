import type {
  FunctionCallback,
  FunctionMetadata,
  LogCategory,
  LogLevel,
  ProgrammingModel,
} from './ProgrammingModel';
import type { HostLogger } from './HostLogger';

const HOOK_NAMES = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation', 'log'] as const;
export type HookName = (typeof HOOK_NAMES)[number];
type HookCallback = (context: object) => unknown;

export interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

/** What a log line belongs to, where it belongs to an invocation. */
export interface LogScope {
  readonly functionName: string;
  readonly invocationId: string;
  readonly hookData: object;
  /** The app's own context object, once there is one. */
  invocationContext?: unknown;
}

/** The worker's side of an app: what it registered, and the `@azure/functions-core` module that it registers with. */
export class WorkerCore {
  readonly functions = new Map<string, RegisteredFunction>();
  /** Shared by all hooks of the app. */
  readonly appHookData = {};
  /** Shared by the app's start and terminate hooks. */
  readonly appLevelHookData = {};
  private readonly hooks = new Map<HookName, HookCallback[]>(HOOK_NAMES.map((name) => [name, []]));
  private readonly logger: HostLogger;
  private model: ProgrammingModel | undefined;
  private isStarted = false;

  constructor(logger: HostLogger) {
    this.logger = logger;
  }

  /** What `require('@azure/functions-core')` returns inside the app. */
  get module(): object {
    return {
      version: '3.13.0',
      hostVersion: '4.1037.0',
      Disposable,
      setProgrammingModel: (model: ProgrammingModel) => (this.model = model),
      getProgrammingModel: () => this.programmingModel,
      registerFunction: this.registerFunction.bind(this),
      registerHook: this.registerHook.bind(this),
      log: (level: LogLevel, category: LogCategory, message: string) => {
        this.log({ level, category, message });
      },
    };
  }

  /** @throws Error when nothing was ever registered. */
  get programmingModel(): ProgrammingModel {
    if (!this.model) throw new Error('The app has not loaded @azure/functions.');
    return this.model;
  }

  /** From here on registrations are refused, as in the worker. */
  markStarted(): void {
    this.isStarted = true;
  }

  /** Runs the hooks in the order of their registration; the first one to throw stops the rest. */
  async runHooks(name: Exclude<HookName, 'log'>, context: object): Promise<void> {
    for (const hook of this.hooks.get(name) ?? []) await hook(context);
  }

  /** Writes a line; `log` hooks may change level and text of what the app itself wrote. */
  log(
    line: {
      readonly level: LogLevel;
      readonly category: LogCategory;
      readonly message: string;
    },
    scope?: LogScope,
  ): void {
    const context = {
      ...line,
      hookData: scope?.hookData ?? this.appLevelHookData,
      appHookData: this.appHookData,
      invocationContext: scope?.invocationContext,
    };
    for (const hook of this.hooks.get('log') ?? []) hook(context);
    const { level, message } = line.category === 'user' ? context : line;
    this.logger({
      level,
      category: line.category,
      message,
      ...(scope && { functionName: scope.functionName, invocationId: scope.invocationId }),
    });
  }

  private registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): Disposable {
    if (this.isStarted) throw new Error('A function can only be registered during app startup.');
    if (this.functions.has(metadata.name)) {
      throw new Error(`A function named "${metadata.name}" has already been registered.`);
    }
    this.functions.set(metadata.name, { metadata, callback });
    return new Disposable(() => this.functions.delete(metadata.name));
  }

  private registerHook(name: HookName, callback: HookCallback): Disposable {
    const hooks = this.hooks.get(name);
    if (!hooks) throw new RangeError(`Unrecognized hook "${name}"`);
    hooks.push(callback);
    return new Disposable(() => hooks.splice(hooks.indexOf(callback), 1));
  }
}

/** Part of the module's surface: undoes a registration. */
class Disposable {
  private undo: (() => unknown) | undefined;

  static from(...disposables: readonly { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const disposable of disposables) disposable.dispose();
    });
  }

  constructor(undo: () => unknown) {
    this.undo = undo;
  }

  dispose(): void {
    this.undo?.();
    this.undo = undefined;
  }
}
