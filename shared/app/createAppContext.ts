import { Activity } from '../activity/Activity';
import type { FairShare } from '../callers/FairShare';
import type { Clock, Random } from '../clock/Clock';
import { StoreClock } from '../clock/StoreClock';
import { systemClock, systemRandom } from '../clock/systemClock';
import type { AppConfig, AppSecrets } from '../config/AppConfig';
import type { HttpTransport } from '../http/HttpTransport';
import type { DeadLetters } from '../messaging/DeadLetters';
import type { FitRecordOptions } from '../records/fitRecord';
import type { Housekeeping } from '../storage/Housekeeping';
import { settingsWarning } from '../telemetry/events';
import type { Logger } from '../telemetry/Logger';
import { NO_TELEMETRY, type Telemetry } from '../telemetry/Telemetry';
import { createBatches } from './createBatches';
import { createDeadLetters } from './createDeadLetters';
import { createDefender } from './createDefender';
import { createHealth, type HealthParts } from './createHealth';
import { createHousekeeping } from './createHousekeeping';
import { createHttp, type HttpParts } from './createHttp';
import { createInventories, type Inventories } from './createInventories';
import { createLookups, type QueueLookups } from './createLookups';
import { createMessaging } from './createMessaging';
import { createOperations, type Operations } from './createOperations';
import { createQuota } from './createQuota';
import { createStepRunners } from './createStepRunners';
import { createStores } from './createStores';
import { readingsOf } from './readingsOf';
import { lookupSettings } from './lookupSettings';

export interface AppContext extends QueueLookups, HttpParts, Inventories, HealthParts, Operations {
  readonly config: AppConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly transport: HttpTransport;
  readonly housekeeping: Housekeeping;
  readonly deadLetters: DeadLetters;
  readonly fairShare: FairShare;
  /** Where whole records of shortened ones are, among others. */
  readonly fit: FitRecordOptions;
  /** Resolves when `clock` is as right as it gets before the first call. Never rejects. */
  setClock(): Promise<void>;
  close(): Promise<void>;
}

export interface AppContextOptions {
  readonly config: AppConfig;
  readonly secrets: AppSecrets;
  readonly warnings: readonly string[];
  readonly logger: Logger;
  /** Default: logs alone. */
  readonly telemetry?: Telemetry;
  /** The timer that the store's time is kept by; by default the machine's. Never set back or forth. */
  readonly clock?: Clock;
  readonly random?: Random;
}

/** Everything that lives as long as the process, and who uses whom. Nothing connects before it is first used. */
export function createAppContext(options: AppContextOptions): AppContext {
  const { config, secrets, warnings, logger, random = systemRandom } = options;
  const { telemetry = NO_TELEMETRY } = options;
  const clock = new StoreClock(options.clock ?? systemClock);
  const activity = new Activity();
  const foundation = { config, secrets, warnings, logger, clock, random, activity, telemetry };
  for (const message of warnings) settingsWarning(logger, { message });

  const stores = createStores(foundation);
  const access = createDefender(foundation);
  const { transport, defender } = access;
  const quota = createQuota(foundation, stores);
  const { keeper, fairShare } = quota;
  const messaging = createMessaging(foundation, stores);
  const { senders } = messaging;
  const batches = createBatches(foundation, stores, quota, defender);
  telemetry.observe(() => readingsOf(keeper, stores.answers));
  const steps = createStepRunners(foundation, stores, quota, defender, batches.batches);
  const settings = lookupSettings(config);
  const inventories = createInventories(foundation, stores, quota, messaging, defender);
  const { runs } = inventories.inventory;
  const lookups = createLookups(foundation, stores, messaging, steps.queued, settings);

  return {
    config,
    clock,
    logger,
    telemetry,
    transport,
    fairShare,
    ...lookups,
    deadLetters: createDeadLetters(foundation, messaging, lookups, inventories.inventory),
    ...createHttp(foundation, { stores, quota, messaging, steps, settings }),
    ...inventories,
    ...createHealth(foundation, { stores, access, quota, senders, runs, batches }),
    ...createOperations(foundation, stores, quota),
    housekeeping: createHousekeeping(foundation, stores),
    fit: stores.fit,
    setClock: () => keeper.setClock(),
    close: async () => {
      transport.close();
      await senders.close();
      await telemetry.close();
    },
  };
}
