import { BlobAnswerCache } from '../cache/BlobAnswerCache';
import { CountingCache } from '../cache/CountingCache';
import { SingleFlight } from '../cache/SingleFlight';
import type { Clock } from '../clock/Clock';
import { StoreClock } from '../clock/StoreClock';
import { systemClock, systemRandom } from '../clock/systemClock';
import type { AppConfig, AppSecrets } from '../config/AppConfig';
import { HealthProbe } from '../health/HealthProbe';
import { probeDefender } from '../health/probeDefender';
import { StatusReport } from '../health/StatusReport';
import { describeToken, tokenReport, type TokenReport } from '../health/tokenReport';
import { DEFENDER_CLOUDS } from '../config/defenderClouds';
import { createDefenderClient } from '../defender/createDefenderClient';
import { DeadLetteredWork } from '../lookups/DeadLetteredWork';
import type { FitRecordOptions } from '../records/fitRecord';
import { InteractiveLookups } from '../lookups/InteractiveLookups';
import { LookupRunner } from '../lookups/LookupRunner';
import { QuarantineSender } from '../lookups/QuarantineSender';
import { RecordPublisher } from '../lookups/RecordPublisher';
import type { StepResult } from '../calls/Progress';
import type { Postponed } from '../calls/StepAttempt';
import { StepRunner } from '../calls/StepRunner';
import { TicketDesk } from '../calls/TicketDesk';
import { WorkCodec } from '../lookups/WorkCodec';
import { WorkQueue } from '../lookups/WorkQueue';
import { createHttpTransport } from '../http/createHttpTransport';
import type { HttpTransport } from '../http/HttpTransport';
import { createFetchToken } from '../identity/createFetchToken';
import { createTokenSource } from '../identity/createTokenSource';
import { createInventory, type Inventory } from '../inventory/createInventory';
import { createQueueDepths } from '../messaging/createQueueDepths';
import { createServiceBusSenders } from '../messaging/createServiceBusSenders';
import { Quarantine } from '../messaging/Quarantine';
import type { QueueSender } from '../messaging/QueueSender';
import { FairShare } from '../callers/FairShare';
import { calendarConfig } from '../quota/calendar/CalendarConfig';
import { CallLeases } from '../calls/CallLeases';
import { QuotaKeeper } from '../quota/QuotaKeeper';
import { TableCalendarStore } from '../quota/TableCalendarStore';
import { TableCallLeaseStore } from '../calls/TableCallLeaseStore';
import { HttpLookups } from '../requests/HttpLookups';
import { Ingest } from '../requests/Ingest';
import { MachineList } from '../requests/MachineList';
import { TableRequestStore } from '../requests/TableRequestStore';
import { Intake } from '../siem/Intake';
import { createStateStorage } from '../storage/createStateStorage';
import { Housekeeping } from '../storage/Housekeeping';
import { RETENTION_MS } from '../storage/retention';
import { settingsWarning } from '../telemetry/events';
import { RecentLookups } from '../telemetry/RecentLookups';
import type { Logger } from '../telemetry/Logger';

export interface AppContext {
  readonly config: AppConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly transport: HttpTransport;
  readonly intake: Intake;
  readonly workQueue: WorkQueue;
  readonly deadLetteredWork: DeadLetteredWork;
  readonly housekeeping: Housekeeping;
  readonly inventory: Inventory;
  /** The inventory over another queue than the app's own. */
  readonly inventoryOver: (sender: QueueSender) => Inventory;
  readonly fairShare: FairShare;
  readonly health: HealthProbe;
  readonly status: StatusReport;
  readonly httpLookups: HttpLookups;
  readonly machineList: MachineList;
  readonly ingest: Ingest;
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
}

const DAY_MS = 86_400_000;
/** A slot this near is waited for in place; the next delivery would take about as long. */
const HOLD_MS = 4_000;
/** A message joins the end of the queue when its time comes, so it is woken a little earlier. */
const LEAD_MS = 1_500;
/** A slot that a caller waits for may still move a little. */
const SLOT_SLACK_MS = 2_000;

const noDetail = (): null => null;

/** Everything that lives as long as the process, and who uses whom. Nothing connects before it is first used. */
export function createAppContext(options: AppContextOptions): AppContext {
  const { config, secrets, warnings } = options;
  const clock = new StoreClock(systemClock);
  const { logger } = options;
  const recent = new RecentLookups();
  const random = systemRandom;
  for (const message of warnings) settingsWarning(logger, { message });

  const { tenantId, apiBaseUrl, auth, cloud } = config.defender;
  const transport = createHttpTransport();
  const senders = createServiceBusSenders(options);
  const storage = createStateStorage(options);
  const results = storage.blobs('results');
  const bodies = storage.blobs('quarantine');

  const fetchToken = createFetchToken({
    defender: config.defender,
    clientSecret: secrets.defenderClientSecret,
  });
  const tokens = createTokenSource({ fetchToken, clock });
  const defender = createDefenderClient({ apiBaseUrl, transport, tokens, clock });
  const keeper = new QuotaKeeper({
    store: new TableCalendarStore(
      storage.table('quota', { maxRetries: 0 }),
      `${tenantId}|${auth.clientId ?? auth.mode}`,
    ),
    config: calendarConfig(config.quota),
    deniedAfterMs: config.lookups.deniedAfterMs,
    clock,
    random,
  });
  const { maxPerMinute, maxWaitMs } = config.quota.interactive;
  const quota = new FairShare({ quota: keeper, clock, maxPerMinute });

  const lookups = senders.sender(config.queues.lookup);
  const codec = new WorkCodec({ results, tenantId, clock });
  const copies = new QuarantineSender({
    ...{ lookups, codec, clock, random, logger },
    quarantine: senders.sender(config.queues.quarantine),
  });
  const quarantine = new Quarantine({ sender: copies, bodies, clock, logger });
  const shared = { clock, random, logger, recent, lookups, codec, quarantine };
  const requests = new TableRequestStore({
    tables: storage.dayTables('requests'),
    results,
    clock,
  });
  const fit = {
    results,
    publicBaseUrl: config.publicBaseUrl,
    keepMs: config.output.resultKeepDays * DAY_MS,
  };
  const publisher = new RecordPublisher({
    ...shared,
    ...fit,
    requests,
    output: senders.sender(config.queues.output),
  });
  const leaseStore = new TableCallLeaseStore(storage.table('leases'), tenantId);
  const leases = new CallLeases({ store: leaseStore, slots: keeper, clock, holdMs: HOLD_MS });
  const answers = new CountingCache(
    new BlobAnswerCache({ container: storage.container('answers'), tenantId, logger }),
  );
  const stepDeps = {
    ...shared,
    quota,
    desk: new TicketDesk({ quota, leases, clock, cacheTtlMs: config.cacheTtlMs }),
    defender,
    answers,
    inFlight: new SingleFlight<StepResult | Postponed>(),
    cacheTtlMs: config.cacheTtlMs,
    deniedAfterMs: config.lookups.deniedAfterMs,
  };
  const steps = new StepRunner({ ...stepDeps, holdMs: HOLD_MS });
  const { portalOrigin } = DEFENDER_CLOUDS[cloud];
  const settings = { ...config.lookups, portalOrigin, leadMs: LEAD_MS };
  const runner = new LookupRunner({ ...shared, steps, publisher, settings });
  const interactive = new InteractiveLookups({
    steps: new StepRunner({ ...stepDeps, holdMs: maxWaitMs + SLOT_SLACK_MS }),
    isBroken: async (endpoint) => (await keeper.breakerOf(endpoint)) !== null,
    amnesiaOf: (endpoint) => keeper.amnesiaOf(endpoint),
    ...{ clock, logger, recent },
    settings: { ...settings, maxWaitMs },
  });
  const ticketOnly = { holdMs: -Infinity, inFlight: new SingleFlight<StepResult | Postponed>() };
  const queueOnly = new StepRunner({ ...stepDeps, ...ticketOnly });

  const inventoryOver = (sender: QueueSender) =>
    createInventory({
      ...{ ...shared, config, sender, quota, leases, defender },
      ...{ holdMs: HOLD_MS, leadMs: LEAD_MS },
      table: storage.table('inventory'),
      container: storage.container('inventory'),
      blobs: storage.blobs('inventory'),
    });

  const inventory = inventoryOver(senders.sender(config.queues.inventory));

  const token = (): TokenReport | null => {
    const state = tokens.current();
    return state && tokenReport(state, auth.mode, clock.now());
  };

  return {
    config,
    clock,
    logger,
    transport,
    inventory,
    inventoryOver,
    fairShare: quota,
    health: new HealthProbe({
      probes: {
        storage: () => storage.probe().then(noDetail),
        broker: () => senders.probe(config.queues.lookup).then(noDetail),
        token: async () => {
          await tokens.get();
          const report = token();
          return report && describeToken(report);
        },
        defender: () => probeDefender((endpoint) => keeper.breakerOf(endpoint)).then(noDetail),
        quota: () => keeper.check().then(noDetail),
      },
      clock,
    }),
    status: new StatusReport({
      calendar: (endpoint) => keeper.status(endpoint),
      depths: createQueueDepths({ ...options, transport }),
      queues: Object.values(config.queues),
      cache: () => answers.counts(),
      recentLookups: () => recent.list(),
      inventoryRuns: () => inventory.runs.recent(),
      token,
      quotaScope: config.quota.scope,
      warnings,
      clock,
    }),
    intake: new Intake({
      lookups: runner,
      ...{ publisher, quarantine, clock, logger },
      settings: { ...settings, tenantId },
    }),
    workQueue: new WorkQueue({ ...shared, copies, lookups: runner, publisher, sender: lookups }),
    deadLetteredWork: new DeadLetteredWork({
      ...{ ...shared, lookups: runner, sender: lookups },
      deadLetters: senders.deadLetters(config.queues.lookup, clock),
    }),
    httpLookups: new HttpLookups({
      interactive,
      handOver: new LookupRunner({ ...shared, steps: queueOnly, publisher, settings }),
      store: requests,
      clock,
      fit,
      settings: { ...settings, tenantId },
    }),
    machineList: new MachineList({ interactive, clock }),
    ingest: new Ingest({ sender: senders.sender(config.queues.siem), clock, tenantId }),
    fit,
    housekeeping: new Housekeeping({
      clock,
      logger,
      rows: [
        {
          table: 'leases',
          removeBefore: (at) => leaseStore.removeBefore(at),
          keepMs: RETENTION_MS.claims,
        },
        {
          table: 'requests',
          removeBefore: (at) => requests.removeBefore(at),
          keepMs: RETENTION_MS.requestRows,
        },
      ],
      blobs: [
        {
          container: storage.container('results'),
          prefix: 'work/',
          keepMs: RETENTION_MS.workBlobs,
        },
        {
          container: storage.container('results'),
          prefix: 'requests/',
          keepMs: RETENTION_MS.requestBlobs,
        },
        {
          container: storage.container('results'),
          prefix: 'records/',
          keepMs: config.output.resultKeepDays * DAY_MS,
        },
        {
          container: storage.container('quarantine'),
          prefix: '',
          keepMs: RETENTION_MS.quarantinedBodies,
        },
        { container: storage.container('answers'), prefix: '', keepMs: RETENTION_MS.answers },
      ],
    }),
    setClock: () => keeper.setClock(),
    close: async () => {
      transport.close();
      await senders.close();
    },
  };
}
