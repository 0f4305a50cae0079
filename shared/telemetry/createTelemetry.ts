import type * as Otel from './otel/createOpenTelemetry';
import { NO_TELEMETRY, type Telemetry } from './Telemetry';
import type { TelemetryOptions } from './TelemetryOptions';

/** As the settings want it. Without OpenTelemetry none of its packages is loaded. */
export function createTelemetry(options: TelemetryOptions): Telemetry {
  if (options.config.telemetry.mode === 'logs') return NO_TELEMETRY;
  const { createOpenTelemetry } = require('./otel/createOpenTelemetry') as typeof Otel; // its own types
  return createOpenTelemetry(options);
}
