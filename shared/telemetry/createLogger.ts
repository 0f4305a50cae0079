import { AsyncLocalStorage } from 'node:async_hooks';
import type { LogFields, Logger } from './Logger';
import { redact } from './redact';

export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

/** An event as it is written, redacted; `event` comes first. */
export type LogEntry = LogFields & { readonly event: string };

/** Where finished entries go: the platform's logger or the console. */
export type LogSink = (level: LogLevel, entry: LogEntry) => void;

/** One for all loggers: before Node 24 each promise pays for every storage that was ever entered. */
const bound = new AsyncLocalStorage<LogFields>();

/**
 * Passes each event to `sink` with the fields that the work at hand is bound to (`within`). Everything that varies
 * passes the redaction here, the only way out.
 */
export function createLogger(sink: LogSink): Logger {
  const writerOf =
    (level: LogLevel) =>
    (event: string, fields: LogFields): void => {
      const entry: Record<string, LogFields[string]> & { event: string } = { event };
      for (const [name, value] of Object.entries({ ...bound.getStore(), ...fields })) {
        const kept = printableValue(value);
        if (kept !== undefined) entry[redact(name)] = kept;
      }
      sink(level, entry);
    };
  return {
    debug: writerOf('debug'),
    info: writerOf('info'),
    warning: writerOf('warning'),
    error: writerOf('error'),
    within: (fields, work) => bound.run({ ...bound.getStore(), ...fields }, work),
  };
}

/** Objects and the like are left out even where the types were bypassed: what they carry is not known. */
function printableValue(value: unknown): string | number | boolean | null | undefined {
  if (typeof value === 'string') return redact(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  return undefined;
}
