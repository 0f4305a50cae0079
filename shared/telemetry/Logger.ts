export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/**
 * error = someone must act; warning = this message failed; info = normal; debug = for an investigator. A retry that is
 * going to happen is info. `event` is a constant; what varies goes into `fields`.
 */
export interface Logger {
  debug(event: string, fields: LogFields): void;
  info(event: string, fields: LogFields): void;
  warning(event: string, fields: LogFields): void;
  error(event: string, fields: LogFields): void;
  /** Adds `fields` to every event that `work` raises, however long it runs and whatever it calls. */
  within<T>(fields: LogFields, work: () => T): T;
}
