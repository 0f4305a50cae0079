import type { LogFields, Logger } from './Logger';
import { redact } from './redact';

export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

/** Where finished lines go: the platform's logger or the console. */
export type LogSink = (level: LogLevel, line: string) => void;

/**
 * Writes each event as one line of JSON, `event` first. Everything that varies passes the redaction here, the only way
 * out. `fixed` stands in every line.
 */
export function createLogger(sink: LogSink, fixed: LogFields = {}): Logger {
  const writerOf =
    (level: LogLevel) =>
    (event: string, fields: LogFields): void => {
      const clean = Object.entries({ ...fixed, ...fields }).flatMap(([name, value]) => {
        const kept = printableValue(value);
        return kept === undefined ? [] : [[redact(name), kept] as const];
      });
      sink(level, JSON.stringify({ event, ...Object.fromEntries(clean) }));
    };
  return {
    debug: writerOf('debug'),
    info: writerOf('info'),
    warning: writerOf('warning'),
    error: writerOf('error'),
  };
}

/** Objects and the like are left out even where the types were got around: nobody knows what they carry. */
function printableValue(value: unknown): string | number | boolean | null | undefined {
  if (typeof value === 'string') return redact(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  return undefined;
}
