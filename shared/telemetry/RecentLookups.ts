import type { Clock } from '../clock/Clock';
import type { LogFields, Logger } from './Logger';

/** A lookup that ended, as the log has it. */
export type RecentLookup = LogFields & {
  /** ISO 8601. */
  readonly at: string;
};

const KEEP = 20;

/** Passes everything on, and remembers the last lookups that ended in this process, the newest first. */
export class RecentLookups implements Logger {
  private recent: readonly RecentLookup[] = [];

  constructor(
    private readonly logger: Logger,
    private readonly clock: Clock,
  ) {}

  list(): readonly RecentLookup[] {
    return this.recent;
  }

  debug(event: string, fields: LogFields): void {
    this.logger.debug(event, fields);
  }

  info(event: string, fields: LogFields): void {
    this.logger.info(event, fields);
    if (event !== 'lookup.ended') return;
    const at = new Date(this.clock.now()).toISOString();
    this.recent = [{ ...fields, at }, ...this.recent].slice(0, KEEP);
  }

  warning(event: string, fields: LogFields): void {
    this.logger.warning(event, fields);
  }

  error(event: string, fields: LogFields): void {
    this.logger.error(event, fields);
  }

  within<T>(fields: LogFields, work: () => T): T {
    return this.logger.within(fields, work);
  }
}
