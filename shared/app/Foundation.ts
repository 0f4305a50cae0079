import type { Activity } from '../activity/Activity';
import type { Random } from '../clock/Clock';
import type { StoreClock } from '../clock/StoreClock';
import type { AppConfig, AppSecrets } from '../config/AppConfig';
import type { Logger } from '../telemetry/Logger';
import type { Telemetry } from '../telemetry/Telemetry';

/** What all parts of the app are built on. */
export interface Foundation {
  readonly config: AppConfig;
  readonly secrets: AppSecrets;
  /** What the settings have odd about them. */
  readonly warnings: readonly string[];
  readonly clock: StoreClock;
  readonly random: Random;
  readonly logger: Logger;
  /** Default: logs alone. */
  readonly telemetry?: Telemetry;
  readonly activity: Activity;
}
