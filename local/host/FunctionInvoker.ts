import { randomUUID } from 'node:crypto';
import type { Clock } from '../../shared/clock/Clock';
import { inTime } from '../../shared/clock/inTime';
import { describeError } from './HostLogger';
import { FunctionTimeoutError } from './FunctionTimeoutError';
import type { FunctionDefinition } from './FunctionDefinition';
import type {
  CoreInvocationContext,
  InvocationRequest,
  InvocationResponse,
  TypedData,
} from './ProgrammingModel';
import type { LogScope, WorkerCore } from './WorkerCore';

/** What woke the function, in wire shape. */
export interface TriggerInput {
  readonly data: TypedData;
  readonly metadata: Readonly<Record<string, TypedData>>;
  /** W3C trace id that the invocation continues; a new one without. */
  readonly traceId?: string;
}

export interface FunctionInvokerOptions {
  readonly core: WorkerCore;
  readonly clock: Clock;
  /** `functionTimeout` of host.json; null = no limit. */
  readonly timeoutMs: number | null;
  /** Called when an invocation ran into the timeout: the real host ends the worker process then. */
  readonly onTimeout: (error: FunctionTimeoutError) => void;
}

/** Runs invocations through the app's programming model, in the worker's order of steps and hooks. */
export class FunctionInvoker {
  private readonly options: FunctionInvokerOptions;
  private readonly running = new Set<Promise<unknown>>();

  constructor(options: FunctionInvokerOptions) {
    this.options = options;
  }

  /**
   * Resolves to the function's response.
   *
   * @throws FunctionTimeoutError, or whatever the function or one of its hooks threw; a thrown `undefined` or `null`
   *   is not a failure (worker's rule).
   */
  async invoke(fn: FunctionDefinition, input: TriggerInput): Promise<InvocationResponse> {
    const invocationId = randomUUID();
    const run = this.withTimeout(fn.name, invocationId, this.run(fn, invocationId, input));
    this.running.add(run);
    try {
      const response = await run;
      this.log(fn, invocationId, 'debug', 'Executed (Succeeded)');
      return response;
    } catch (error) {
      this.log(fn, invocationId, 'error', `Executed (Failed): ${describeError(error)}`);
      throw error;
    } finally {
      this.running.delete(run);
    }
  }

  /** Resolves once nothing runs. */
  async drain(): Promise<void> {
    while (this.running.size > 0) await Promise.allSettled(this.running);
  }

  private async run(
    fn: FunctionDefinition,
    invocationId: string,
    input: TriggerInput,
  ): Promise<InvocationResponse> {
    const { core } = this.options;
    const { callback, metadata, name } = fn;
    const hookData = {};
    const scope: LogScope = { functionName: name, invocationId, hookData };
    const context: CoreInvocationContext = {
      invocationId,
      request: toRequest(fn, invocationId, input),
      metadata,
      log: (level, category, message) => {
        core.log({ level, category, message }, scope);
      },
    };
    const model = await core.programmingModel.getInvocationModel(context);
    const { context: invocationContext, inputs } = await model.getArguments();
    scope.invocationContext = invocationContext;
    const hooks = { hookData, appHookData: core.appHookData, invocationContext };
    const pre = { ...hooks, inputs, functionCallback: callback };
    context.state = 'preInvocationHooks';
    await core.runHooks('preInvocation', pre);

    const post: { result: unknown; error: unknown } & typeof hooks & { inputs: unknown[] } = {
      ...hooks,
      inputs: pre.inputs,
      result: null,
      error: null,
    };
    context.state = 'invocation';
    try {
      post.result = await model.invokeFunction(invocationContext, pre.inputs, pre.functionCallback);
    } catch (error) {
      post.error = error;
    }
    context.state = 'postInvocationHooks';
    await core.runHooks('postInvocation', post);
    context.state = undefined;

    // oxlint-disable-next-line typescript/only-throw-error -- handed on as the app threw it
    if (post.error !== null && post.error !== undefined) throw post.error;
    return model.getResponse(invocationContext, post.result);
  }

  private async withTimeout(
    functionName: string,
    invocationId: string,
    run: Promise<InvocationResponse>,
  ): Promise<InvocationResponse> {
    const { clock, timeoutMs, onTimeout } = this.options;
    if (timeoutMs === null) return run;
    return inTime(
      clock,
      timeoutMs,
      () => run,
      () => {
        const error = new FunctionTimeoutError({ functionName, invocationId, timeoutMs });
        onTimeout(error);
        throw error;
      },
    );
  }

  private log(
    fn: FunctionDefinition,
    invocationId: string,
    level: 'debug' | 'error',
    message: string,
  ) {
    this.options.core.log(
      { level, category: 'system', message },
      { functionName: fn.name, invocationId, hookData: {} },
    );
  }
}

function toRequest(
  fn: FunctionDefinition,
  invocationId: string,
  { data, metadata, traceId }: TriggerInput,
): InvocationRequest {
  const trace = traceId ?? randomHex(32);
  return {
    invocationId,
    inputData: [{ name: fn.bindingName, data }],
    triggerMetadata: metadata,
    traceContext: {
      traceParent: `00-${trace}-${randomHex(16)}-01`,
      traceState: '',
    },
  };
}

/** At most 32 digits. Unlike random bytes, ids are made from a store of them that Node keeps. */
function randomHex(digits: number): string {
  return randomUUID().replaceAll('-', '').slice(0, digits);
}
