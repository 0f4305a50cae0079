import type { AppConfig, AppSecrets } from '../config/AppConfig';

export interface TelemetryOptions {
  readonly config: Pick<AppConfig, 'telemetry' | 'environment'>;
  readonly secrets: Pick<AppSecrets, 'applicationInsightsConnectionString'>;
}
