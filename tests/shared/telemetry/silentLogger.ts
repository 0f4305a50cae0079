import type { Logger } from '../../../shared/telemetry/Logger';

const ignore = (): void => undefined;

/** For tests that do not look at the log. */
export const silentLogger: Logger = {
  debug: ignore,
  info: ignore,
  warning: ignore,
  error: ignore,
  within: (_fields, work) => work(),
};
