import { QueueBrowser } from '../../local/start/QueueBrowser';
import type { Stores } from '../../shared/app/createStores';
import { createQuota } from '../../shared/app/createQuota';
import { lookupSettings } from '../../shared/app/lookupSettings';
import { systemRandom } from '../../shared/clock/systemClock';
import type { AppConfig } from '../../shared/config/AppConfig';
import { WorkCodec } from '../../shared/lookups/WorkCodec';
import { calendarConfig } from '../../shared/quota/calendar/CalendarConfig';
import type { Logger } from '../../shared/telemetry/Logger';
import type { LoadedSettings } from '../settings/loadSettings';
import { openServiceBus } from '../settings/openServiceBus';
import { openStores } from '../settings/openStores';
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

/** Reads the load, and the calendars as they stand. @throws {QuotaUnavailableError} @throws {ServiceBusError} */
export async function openPlan(
  loaded: Omit<LoadedSettings, 'running'>,
  { file, isEmpty, tenantId, logger }: PlanSources,
): Promise<OpenedPlan> {
  const { foundation, stores } = openStores(loaded, logger);
  const { config, clock } = foundation;
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
  const client = await openServiceBus(process.env);
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
