import type { Clock, Random } from '../../clock/Clock';
import { endlessRetryDelayMs } from '../../calls/retryDelay';
import type { Postponed } from '../../calls/StepAttempt';
import { wakeAt } from '../../calls/wakeAt';
import type { Quarantine, QuarantineSource } from '../../messaging/Quarantine';
import type { QueueSender } from '../../messaging/QueueSender';
import { StorageUnavailableError } from '../../storage/StorageUnavailableError';
import { PublishError } from '../snapshot/PublishError';
import type { SnapshotPublisher } from '../snapshot/SnapshotPublisher';
import { firstHop, readPageWork, toMessage, type PageWork } from './inventoryMessage';
import { endsBy, type InventoryRun } from './InventoryRun';
import type { PageHead } from './PageStore';
import { PageStep, type PageSettings, type PageStepDeps } from './PageStep';
import { RunJournal, type RunJournalDeps, type Wait } from './RunJournal';

export interface InventorySettings extends PageSettings {
  /** How long before its slot a waiting page is woken. */
  readonly leadMs: number;
}

export interface InventoryQueueDeps extends PageStepDeps, RunJournalDeps {
  readonly sender: QueueSender;
  readonly publisher: Pick<SnapshotPublisher, 'publish'>;
  readonly quarantine: Quarantine;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: InventorySettings;
}

/**
 * What becomes of the messages on the inventory queue: each reads one page, stores it and asks for the next; the one
 * after the last page publishes. A repeated delivery finds its page stored and only asks for the next again.
 */
export class InventoryQueue {
  private readonly step: PageStep;
  private readonly journal: RunJournal;

  constructor(private readonly deps: InventoryQueueDeps) {
    this.step = new PageStep(deps);
    this.journal = new RunJournal(deps);
  }

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

  private async goOn(work: PageWork, deadlineAt: number): Promise<void> {
    const { step, journal } = this;
    const run = await journal.open(work);
    if (!run) return;
    const before = await step.headBefore(work);
    if (!before) return journal.failed(work, 'inventory.pagesGone');
    // Half a list by one filter, half by another, is no list.
    if (before.filterText !== this.deps.settings.filterText) {
      return journal.failed(work, 'inventory.filterChanged');
    }
    if (before.state.phase.kind === 'done') return this.publish(run, work, before);
    const page = await step.read(run, work, before, deadlineAt);
    switch (page.outcome) {
      case 'stored':
        return this.askForNext(work, page.head);
      case 'postponed':
        return this.postpone(page.work, page.postponed);
      case 'failed':
        return journal.failed(work, page.reasonCode);
    }
  }

  private async askForNext(work: PageWork, head: PageHead): Promise<void> {
    const next = firstHop({ ...work, seq: work.seq + 1 });
    await this.deps.sender.send([toMessage(next, this.deps.clock.now())]);
    await this.journal.goesOn(next, head);
  }

  private async postpone(work: PageWork, postponed: Postponed): Promise<void> {
    const { clock, settings } = this.deps;
    const { ticket, resumeAt, failures, tokenRefreshed, refusals } = postponed;
    const now = clock.now();
    const at = wakeAt(postponed, { now, leadMs: settings.leadMs });
    const next = { ...work, hop: work.hop + 1, ticket, failures, tokenRefreshed, refusals };
    return this.sendLater(next, { at, waitMs: resumeAt - now, condition: null });
  }

  private async tryAgain(work: PageWork, condition: string): Promise<void> {
    const failures = work.failures + 1;
    const waitMs = endlessRetryDelayMs(failures, this.deps.random);
    const next = { ...work, hop: work.hop + 1, failures, ticket: null };
    const at = this.deps.clock.now() + waitMs;
    await this.sendLater(next, { at, waitMs, condition }).catch((error: unknown) => {
      // It is sent; the row may be what is unreachable.
      if (!(error instanceof StorageUnavailableError)) throw error;
    });
  }

  private async sendLater(next: PageWork, wait: Wait): Promise<void> {
    await this.deps.sender.send([toMessage(next, wait.at)]);
    await this.journal.waits(next, wait);
  }

  private async publish(run: InventoryRun, work: PageWork, head: PageHead): Promise<void> {
    const isCurrent = () => this.journal.isCurrent(run);
    const published = await this.deps.publisher
      .publish(run, { head, lastSeq: work.seq - 1, isCurrent })
      .catch((error: unknown) => this.goWithoutSnapshot(run, error));
    if (published) await this.journal.ended(work, published);
  }

  /** After a day of trying, the run ends. @throws {StorageUnavailableError | PublishError} until then: try again. */
  private async goWithoutSnapshot(run: InventoryRun, cause: unknown): Promise<null> {
    const error = cause instanceof StorageUnavailableError ? cause : new PublishError(run, cause);
    if (this.deps.clock.now() < endsBy(run)) throw error;
    await this.journal.failed(run, error.code);
    return null;
  }
}
