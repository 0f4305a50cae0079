import { AsyncLocalStorage } from 'node:async_hooks';
import type { InvocationContext, PreInvocationContext } from '@azure/functions';
import type { Clock } from '../shared/clock/Clock';
import type { LogEntry, LogLevel, LogSink } from '../shared/telemetry/createLogger';
import type { Logger } from '../shared/telemetry/Logger';

type PlatformLog = Pick<InvocationContext, 'error' | 'warn' | 'info' | 'debug'>;

interface Invocation {
  readonly log: PlatformLog;
  /** The platform refuses lines of an invocation that is over. */
  isOver: boolean;
}

const METHODS = {
  error: 'error',
  warning: 'warn',
  info: 'info',
  debug: 'debug',
} as const satisfies Readonly<Record<LogLevel, keyof PlatformLog>>;

export interface InvocationLog {
  /** The platform's own log while an invocation runs, which keeps the level; otherwise the console. */
  readonly sink: LogSink;
  /** A hook for `app.hook.preInvocation`: whatever the function logs belongs to its invocation. */
  readonly bindTo: (logger: Logger) => (hook: PreInvocationContext) => void;
}

/** `writeLine` writes to the console, where the platform collects what no invocation has written. */
export function createInvocationLog(
  clock: Clock,
  writeLine: (level: LogLevel, line: string) => void,
): InvocationLog {
  const current = new AsyncLocalStorage<Invocation>();

  const sink = (level: LogLevel, entry: LogEntry): void => {
    const invocation = current.getStore();
    if (invocation && !invocation.isOver) {
      invocation.log[METHODS[level]](JSON.stringify(entry));
      return;
    }
    const at = new Date(clock.now()).toISOString();
    writeLine(level, JSON.stringify({ level, at, ...entry }));
  };

  return {
    sink,
    bindTo: (logger) => (hook) => {
      const { functionHandler, invocationContext } = hook;
      hook.functionHandler = async (trigger, context) => {
        const invocation = { log: invocationContext, isOver: false };
        const { invocationId } = invocationContext;
        try {
          return await current.run(invocation, () =>
            logger.within({ invocationId }, () => functionHandler(trigger, context) as unknown),
          );
        } finally {
          invocation.isOver = true;
        }
      };
    },
  };
}

/**
 * The host rates lines on standard error by their words, `warn` before `error`, and all lines on standard output as
 * information (Azure/azure-functions-host, WorkerProcess.ParseErrorMessageAndLog, 2026-11), so each contains its `level`.
 */
export function writeToConsole(level: LogLevel, line: string): void {
  const stream = level === 'error' || level === 'warning' ? process.stderr : process.stdout;
  stream.write(`${line}\n`);
}
