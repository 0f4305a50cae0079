import { createServiceBusClient } from '../../local/host/createServiceBusClient';
import { QueueBrowser } from '../../local/start/QueueBrowser';
import { createStores, type Stores } from '../../shared/app/createStores';
import { createQuota } from '../../shared/app/createQuota';
import { lookupSettings } from '../../shared/app/lookupSettings';
import { StoreClock } from '../../shared/clock/StoreClock';
import { systemClock, systemRandom } from '../../shared/clock/systemClock';
import type { AppConfig } from '../../shared/config/AppConfig';
import { WorkCodec } from '../../shared/lookups/WorkCodec';
import { calendarConfig } from '../../shared/quota/calendar/CalendarConfig';
import type { Logger } from '../../shared/telemetry/Logger';
import { Activity } from '../../shared/activity/Activity';
import type { LoadedSettings } from '../settings/loadSettings';
import { fileLoad } from './load/fileLoad';
import type { Load } from './load/Load';
import { queueLoad } from './load/queueLoad';
import { readCalendars } from './readCalendars';
import type { Circumstances } from './Scenario';

export interface PlanSources {
  /** Of the file; null: the queues are looked at. */
  readonly file: Buffer | null;
  readonly isEmpty: boolean;
  /** Null: messages of all tenants are planned for. */
  readonly tenantId: string | null;
  readonly logger: Logger;
}

export interface OpenedPlan {
  readonly load: Load;
  readonly around: Circumstances;
}

const RETRY = {
  mode: 'exponential',
  maxRetries: 2,
  delay: 500,
  maxDelay: 2_000,
  tryTimeout: 10_000,
} as const;

/** Reads the load, and the calendars as they stand. @throws {QuotaUnavailableError} @throws {ServiceBusError} */
export async function openPlan(
  loaded: Omit<LoadedSettings, 'running'>,
  { file, isEmpty, tenantId, logger }: PlanSources,
): Promise<OpenedPlan> {
  // Under Development the credential is the signed-in user's; the app's identity is not available here.
  const config: AppConfig = { ...loaded.config, environment: 'Development' };
  const clock = new StoreClock(systemClock);
  const activity = new Activity();
  const foundation = { ...loaded, config, clock, random: systemRandom, logger, activity };
  const stores = createStores(foundation);
  if (!isEmpty) await createQuota(foundation, stores).keeper.setClock();
  const calendars = await readCalendars({
    store: isEmpty ? null : stores.calendars,
    config: calendarConfig(config.quota),
    random: systemRandom,
    now: () => clock.now(),
  });
  const now = clock.now();
  const { maxAgeMs, internalIpRanges, deniedAfterMs, batchMaxQuestions } = config.lookups;
  const settings = { maxAgeMs, internalIpRanges, tenantId };
  const load = file ? fileLoad(file, settings, now) : await lookIn(config, stores, settings, now);
  return {
    load,
    around: {
      calendars,
      scope: config.quota.scope,
      batchMaxQuestions,
      deniedAfterMs,
      settings: lookupSettings(config),
      cacheTtlMs: config.cacheTtlMs,
      now,
    },
  };
}

async function lookIn(
  { queues, defender }: AppConfig,
  stores: Pick<Stores, 'results'>,
  settings: Parameters<typeof fileLoad>[1],
  now: number,
): Promise<Load> {
  const client = await createServiceBusClient('ServiceBusConnection', process.env, {
    clientRetryOptions: RETRY,
  });
  const codec = new WorkCodec({
    ...stores,
    tenantId: defender.tenantId,
    clock: { now: () => now },
  });
  const browse = (queue: string) =>
    new QueueBrowser(client.createReceiver(queue, { skipParsingBodyAsJson: true }));
  try {
    return await queueLoad({ queues, browse, codec, settings, now });
  } finally {
    await client.close();
  }
}
