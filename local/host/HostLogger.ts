import { types } from 'node:util';
import type { LogCategory, LogLevel } from './ProgrammingModel';

/** One line of the host's log. */
export interface HostLogEntry {
  readonly level: LogLevel;
  readonly category: LogCategory;
  readonly message: string;
  readonly functionName?: string;
  readonly invocationId?: string;
}

export type HostLogger = (entry: HostLogEntry) => void;

const QUIET: ReadonlySet<LogLevel> = new Set(['trace', 'debug', 'none']);

/** One line per entry on stdout: time, level, function and invocation, text. `trace` and `debug` are left out. */
export const stdoutLogger: HostLogger = (entry) => {
  if (QUIET.has(entry.level)) return;
  const scope = entry.functionName
    ? ` [${entry.functionName} ${entry.invocationId ?? '-'}]`
    : ' [host]';
  process.stdout.write(
    `${new Date().toISOString()} ${entry.level}${scope} ${entry.message.replaceAll('\n', '\n  ')}\n`,
  );
};

/** An error as the host prints it: message and stack, never its other fields (which may hold requests and headers). */
export function describeError(error: unknown): string {
  if (types.isNativeError(error)) return error.stack ?? error.message;
  return typeof error === 'string' ? error : `Thrown value of type ${typeof error}`;
}
