import { AppError } from '../../shared/errors/AppError';

/** An invocation ran longer than `functionTimeout` of host.json. */
export class FunctionTimeoutError extends AppError {
  readonly code = 'host.functionTimeout';

  constructor(options: {
    readonly functionName: string;
    readonly invocationId: string;
    readonly timeoutMs: number;
  }) {
    const { functionName, invocationId, timeoutMs } = options;
    super(`Function "${functionName}" (${invocationId}) ran longer than ${timeoutMs} ms.`);
    this.name = 'FunctionTimeoutError';
  }
}
