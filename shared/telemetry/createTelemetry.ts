import type { AppConfig, AppSecrets } from '../config/AppConfig';
import type * as Otel from './otel/createOpenTelemetry';
import { NO_TELEMETRY, type Telemetry } from './Telemetry';

export interface TelemetryOptions {
  readonly config: Pick<AppConfig, 'telemetry' | 'environment'>;
  readonly secrets: Pick<AppSecrets, 'applicationInsightsConnectionString'>;
}

/** As the settings want it. Without OpenTelemetry none of its packages is loaded. */
export function createTelemetry(options: TelemetryOptions): Telemetry {
  if (options.config.telemetry.mode === 'logs') return NO_TELEMETRY;
  const { createOpenTelemetry } = require('./otel/createOpenTelemetry') as typeof Otel; // its own types
  return createOpenTelemetry(options);
}
