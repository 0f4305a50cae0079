import type { Clock, Random } from '../../clock/Clock';
import { DAY_MS } from '../../clock/durations';
import type { DefenderClient } from '../../defender/DefenderClient';
import type { DefenderQuery } from '../../defender/DefenderQuery';
import type { ODataFilter } from '../../defender/odata';
import type { AnsweredStep } from '../../calls/Progress';
import { endlessRetryDelayMs } from '../../calls/retryDelay';
import type { Postponed } from '../../calls/StepAttempt';
import type { StepRunner } from '../../calls/StepRunner';
import { wakeAt } from '../../calls/wakeAt';
import type { Quarantine, QuarantineSource } from '../../messaging/Quarantine';
import type { QueueSender } from '../../messaging/QueueSender';
import { StorageUnavailableError } from '../../storage/StorageUnavailableError';
import type { Logger } from '../../telemetry/Logger';
import { inventoryRunEnded, inventoryWaiting } from '../../telemetry/events';
import { CallMeter } from './CallMeter';
import { firstHop, messageIdOf, readPageWork, toMessage, type PageWork } from './inventoryMessage';
import { newRun, type InventoryRun } from './InventoryRun';
import { addCalls, NO_TOTALS, type PageContent, type PageHead, type PageStore } from './PageStore';
import type { PageReading } from '../walk/readings';
import { PublishError } from '../snapshot/PublishError';
import { updateRun, type RunStore } from './RunStore';
import type { SnapshotPublisher } from '../snapshot/SnapshotPublisher';
import { advance, conclude, giveUp, needsReadings, WALK_START, type WalkState } from '../walk/Walk';
import { pageQuery } from '../walk/pageQuery';
import { toPageReading } from '../walk/toPageReading';

export interface InventorySettings {
  readonly filter: ODataFilter | null;
  /** The same as configured. */
  readonly filterText: string | null;
  readonly pageSize: number;
  /** How long before its slot a waiting page is woken. */
  readonly leadMs: number;
}

export interface InventoryQueueDeps {
  readonly runs: RunStore;
  readonly pages: PageStore;
  readonly sender: QueueSender;
  /** Without a cache: a page is asked for again because it may have changed. */
  readonly steps: (defender: DefenderClient) => Pick<StepRunner, 'run'>;
  readonly defender: DefenderClient;
  readonly publisher: Pick<SnapshotPublisher, 'publish'>;
  readonly quarantine: Quarantine;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly settings: InventorySettings;
}

type RunKey = Pick<InventoryRun, 'runId' | 'epoch'>;

/** A run that has not ended by then ends with what it has. */
const MAX_RUN_MS = DAY_MS;

/**
 * What becomes of the messages on the inventory queue: each reads one page, stores it and asks for the next; the one
 * behind the last page publishes. A repeated delivery finds its page stored and only asks for the next again.
 */
export class InventoryQueue {
  constructor(private readonly deps: InventoryQueueDeps) {}

  /** `deadlineAt`: no Defender call starts after it (Unix ms). @throws {BrokerUnreachableError} deliver it again. */
  async handle(body: Buffer, source: QuarantineSource, deadlineAt: number): Promise<void> {
    const work = readPageWork(body, this.deps.clock.now());
    if (!work) {
      const message = 'Cannot go on with the inventory: the message is not from this version';
      const reason = { code: 'message.notWork', message };
      return this.deps.quarantine.putMessage(body, source, reason);
    }
    try {
      // The delivery before may have spent the ticket.
      const ticket = source.deliveryCount > 1 ? null : work.ticket;
      await this.goOn({ ...work, ticket }, deadlineAt);
    } catch (error) {
      const mayPass = error instanceof StorageUnavailableError || error instanceof PublishError;
      if (!mayPass) throw error;
      await this.tryAgain(work, error.message);
    }
  }

  private async tryAgain(work: PageWork, condition: string): Promise<void> {
    const failures = work.failures + 1;
    const waitMs = endlessRetryDelayMs(failures, this.deps.random);
    const next = { ...work, hop: work.hop + 1, failures, ticket: null };
    const at = this.deps.clock.now() + waitMs;
    await this.sendLater(next, { at, waitMs, condition }).catch((error: unknown) => {
      // It is sent; the row may be what cannot be had.
      if (!(error instanceof StorageUnavailableError)) throw error;
    });
  }

  private async goOn(work: PageWork, deadlineAt: number): Promise<void> {
    const { pages, settings } = this.deps;
    const run = await this.runOf(work);
    if (run?.status !== 'running' || run.epoch !== work.epoch) return;
    const before = await this.headBefore(work);
    if (!before) return this.fail(work, 'inventory.pagesGone');
    // Half a list by one filter, half by another, is no list.
    if (before.filterText !== settings.filterText)
      return this.fail(work, 'inventory.filterChanged');
    if (before.state.phase.kind === 'done') return this.publish(run, work, before);
    const stored = await pages.read(work.runId, work.seq);
    if (stored) return this.askForNext(work, stored.head);
    return this.readPage(run, work, before, deadlineAt);
  }

  /** Null if the page before is gone. */
  private async headBefore({ runId, seq }: PageWork): Promise<PageHead | null> {
    const { pages, settings } = this.deps;
    if (seq > 0) return (await pages.read(runId, seq - 1))?.head ?? null;
    return { state: WALK_START, totals: NO_TOTALS, filterText: settings.filterText };
  }

  /** The first message makes the run, whoever sent it how often. */
  private async runOf({ runId, slotAt, seq, epoch }: PageWork): Promise<InventoryRun | null> {
    const { runs, clock } = this.deps;
    const found = await runs.read(runId);
    if (found || seq !== 0 || epoch !== 0) return found?.run ?? null;
    const made = await runs.insert(newRun(slotAt, clock.now()));
    return (made ?? (await runs.read(runId)))?.run ?? null;
  }

  private async readPage(
    run: InventoryRun,
    work: PageWork,
    before: PageHead,
    deadlineAt: number,
  ): Promise<void> {
    const { settings, defender } = this.deps;
    const meter = new CallMeter(defender);
    const query = pageQuery(before.state, settings, run.startedAt);
    const result = await this.deps
      .steps(meter)
      .run(
        { step: 'machineList', query },
        { ...this.attemptOf(work, query, run.startedAt + MAX_RUN_MS), deadlineAt },
      );
    const counted = {
      ...work,
      calls: work.calls + meter.calls,
      throttled: work.throttled + meter.throttled,
    };
    switch (result.outcome) {
      case 'postponed':
        return this.postpone(counted, result);
      case 'answered':
        return this.keepPage(counted, before, result);
      case 'denied':
        return this.fail(counted, result.reason.code);
      case 'expired':
      case 'failed':
      case 'invalid':
        return this.goOnWithout(counted, before, result.reason.code);
    }
  }

  private attemptOf(work: PageWork, { endpoint }: DefenderQuery, expiresAt: number) {
    const { ticket, failures, tokenRefreshed, refusals } = work;
    const request = { lane: 'bulk', endpoint, flow: 'inventory', expiresAt } as const;
    return {
      ticket,
      failures,
      tokenRefreshed,
      refusals,
      expiresAt,
      request: () => ({ ...request, admission: 'always' }) as const,
      isDeniedAtOnce: false,
      holder: { owner: messageIdOf(work), deliveredAs: null, isWaiting: false },
      freshSinceAt: Infinity,
      maxAgeMs: 0,
    };
  }

  private async keepPage(
    work: PageWork,
    { state, totals, filterText }: PageHead,
    answered: AnsweredStep,
  ): Promise<void> {
    const { machines, list } = answered.answer;
    const reading = toPageReading(state, answered);
    const next = await this.concluded(work, advance(state, reading, list?.mistypedAt), reading);
    if (!next) return this.fail(work, 'inventory.pagesGone');
    const head = {
      filterText,
      state: next,
      totals: {
        ...addCalls(totals, work),
        pages: totals.pages + 1,
        machines: totals.machines + machines.length,
      },
    };
    return this.keep(work, head, { reading, machines });
  }

  /** Where the walk goes on behind a list that has been read; null if pages of it are gone. */
  private async concluded(
    { runId, seq }: PageWork,
    state: WalkState,
    last: PageReading,
  ): Promise<WalkState | null> {
    if (!needsReadings(state)) return conclude(state, []);
    const before = await this.deps.pages.readings(runId, seq);
    return before && conclude(state, [...before, last]);
  }

  /** The page cannot be had: what was read is written down, as incomplete. A count may be what was not understood. */
  private goOnWithout(work: PageWork, before: PageHead, reasonCode: string): Promise<void> {
    const { state, totals } = before;
    if (reasonCode === 'defender.rejected' && state.asksCount) {
      return this.keepNothing(work, before, { ...state, asksCount: false });
    }
    if (totals.pages === 0) return this.fail(work, reasonCode);
    return this.keepNothing(work, before, giveUp(state));
  }

  /** There is no page: the call is counted, and the walk goes on from `state`. */
  private keepNothing(work: PageWork, before: PageHead, state: WalkState): Promise<void> {
    return this.keep(work, { ...before, state, totals: addCalls(before.totals, work) });
  }

  private async keep(work: PageWork, head: PageHead, content?: PageContent): Promise<void> {
    const { runId, seq } = work;
    return this.askForNext(work, await this.deps.pages.put(runId, seq, head, content));
  }

  private async askForNext(work: PageWork, { totals }: PageHead): Promise<void> {
    const { sender, runs, clock } = this.deps;
    const now = clock.now();
    const next = firstHop({ ...work, seq: work.seq + 1 });
    await sender.send([toMessage(next, now)]);
    const { machines, calls, throttled } = totals;
    await updateRun(runs, work, (run) => {
      const isAhead = run.seq > next.seq;
      return isAhead ? {} : { seq: next.seq, nextAt: now, machines, calls, throttled };
    });
  }

  private async postpone(work: PageWork, postponed: Postponed): Promise<void> {
    const { clock, settings } = this.deps;
    const { ticket, resumeAt, failures, tokenRefreshed, refusals } = postponed;
    const now = clock.now();
    const at = wakeAt(postponed, { now, leadMs: settings.leadMs });
    const next = { ...work, hop: work.hop + 1, ticket, failures, tokenRefreshed, refusals };
    return this.sendLater(next, { at, waitMs: resumeAt - now, condition: null });
  }

  /** Once it is sent, the run is noted to be waiting, or it would be taken over. */
  private async sendLater(
    next: PageWork,
    { at, waitMs, condition }: { at: number; waitMs: number; condition: string | null },
  ): Promise<void> {
    const { sender, runs, logger } = this.deps;
    await sender.send([toMessage(next, at)]);
    const { runId, seq, hop, failures } = next;
    inventoryWaiting(logger, { runId, seq, hop, failures, waitMs, condition });
    await updateRun(runs, next, ({ waits, nextAt }) => ({
      waits: waits + 1,
      nextAt: Math.max(nextAt, at),
    }));
  }

  private async publish(run: InventoryRun, work: PageWork, head: PageHead): Promise<void> {
    const { publisher, runs, clock } = this.deps;
    const isCurrent = async () => {
      const now = (await runs.read(run.runId))?.run;
      return now?.status === 'running' && now.epoch === run.epoch;
    };
    const walked = { head, lastSeq: work.seq - 1, isCurrent };
    const published = await publisher
      .publish(run, walked)
      .catch((error: unknown) => this.goWithoutSnapshot(run, error));
    if (!published) return;
    const { status, warnings, machines } = published;
    await this.end(work, { status, warnings, machines, completedAt: clock.now() });
  }

  /** After a day of trying, the run ends. @throws {StorageUnavailableError | PublishError} until then: try again. */
  private async goWithoutSnapshot(run: InventoryRun, cause: unknown): Promise<null> {
    const error = cause instanceof StorageUnavailableError ? cause : new PublishError(run, cause);
    if (this.deps.clock.now() < run.startedAt + MAX_RUN_MS) throw error;
    await this.fail(run, error.code);
    return null;
  }

  private fail(run: RunKey, reasonCode: string): Promise<void> {
    return this.end(run, { status: 'failed', reasonCode, completedAt: this.deps.clock.now() });
  }

  private async end(
    run: RunKey,
    ending: Partial<InventoryRun> & Pick<InventoryRun, 'status'>,
  ): Promise<void> {
    const { runs, logger } = this.deps;
    if (!(await updateRun(runs, run, () => ending))) return;
    const { status, reasonCode = null, machines = null, warnings = [] } = ending;
    const fields = { runId: run.runId, status, reasonCode, machines };
    inventoryRunEnded(logger, { ...fields, warnings: warnings.join(' ') });
  }
}
