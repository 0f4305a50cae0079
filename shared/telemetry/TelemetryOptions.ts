import type { Logger } from './Logger';
import type { AppConfig, AppSecrets } from '../config/AppConfig';

export interface TelemetryOptions {
  /** Hears of what is lost. */
  readonly logger: Logger;
  readonly config: Pick<AppConfig, 'telemetry' | 'environment'>;
  readonly secrets: Pick<AppSecrets, 'applicationInsightsConnectionString'>;
}
