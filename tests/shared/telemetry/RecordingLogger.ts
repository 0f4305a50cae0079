import { AsyncLocalStorage } from 'node:async_hooks';
import type { LogLevel } from '../../../shared/telemetry/createLogger';
import type { LogFields, Logger } from '../../../shared/telemetry/Logger';

/** One for all: before Node 24 each promise pays for every storage that was ever entered. */
const bound = new AsyncLocalStorage<LogFields>();

/** Keeps what is logged, with the fields that its work is bound to. */
export class RecordingLogger implements Logger {
  readonly lines: {
    readonly level: LogLevel;
    readonly event: string;
    readonly fields: LogFields;
  }[] = [];

  debug(event: string, fields: LogFields): void {
    this.keep('debug', event, fields);
  }

  info(event: string, fields: LogFields): void {
    this.keep('info', event, fields);
  }

  warning(event: string, fields: LogFields): void {
    this.keep('warning', event, fields);
  }

  error(event: string, fields: LogFields): void {
    this.keep('error', event, fields);
  }

  within<T>(fields: LogFields, work: () => T): T {
    return bound.run({ ...bound.getStore(), ...fields }, work);
  }

  private keep(level: LogLevel, event: string, fields: LogFields): void {
    this.lines.push({ level, event, fields: { ...bound.getStore(), ...fields } });
  }
}
