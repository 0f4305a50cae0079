import type { LogLevel } from '../../../shared/telemetry/createLogger';
import type { LogFields, Logger } from '../../../shared/telemetry/Logger';

/** Keeps what is logged. */
export class RecordingLogger implements Logger {
  readonly lines: {
    readonly level: LogLevel;
    readonly event: string;
    readonly fields: LogFields;
  }[] = [];

  debug(event: string, fields: LogFields): void {
    this.lines.push({ level: 'debug', event, fields });
  }

  info(event: string, fields: LogFields): void {
    this.lines.push({ level: 'info', event, fields });
  }

  warning(event: string, fields: LogFields): void {
    this.lines.push({ level: 'warning', event, fields });
  }

  error(event: string, fields: LogFields): void {
    this.lines.push({ level: 'error', event, fields });
  }

  within<T>(_fields: LogFields, work: () => T): T {
    return work();
  }
}
