import type { Random } from '../../../shared/clock/Clock';
import type { DefenderQuery } from '../../../shared/defender/DefenderQuery';
import { readDefenderAnswer } from '../../../shared/defender/readDefenderAnswer';
import { FIRST_TRIAL, type Postponed } from '../../../shared/calls/StepAttempt';
import type { StepResult } from '../../../shared/calls/Progress';
import { WAIT_MS } from '../../../shared/calls/waiting';
import { InventoryQueue } from '../../../shared/inventory/run/InventoryQueue';
import { InventoryRuns } from '../../../shared/inventory/run/InventoryRuns';
import { latestRows } from '../../../shared/inventory/snapshot/latestRows';
import { PageStore } from '../../../shared/inventory/run/PageStore';
import type { PublishedRun } from '../../../shared/inventory/snapshot/SnapshotPublisher';
import type { WalkedRun } from '../../../shared/inventory/snapshot/SnapshotWriter';
import { BrokerUnreachableError } from '../../../shared/messaging/BrokerUnreachableError';
import { Quarantine } from '../../../shared/messaging/Quarantine';
import type { OutgoingMessage, QueueSender } from '../../../shared/messaging/QueueSender';
import { StorageUnavailableError } from '../../../shared/storage/StorageUnavailableError';
import { MemoryBlobStore } from '../storage/MemoryBlobStore';
import { RecordingLogger } from '../telemetry/RecordingLogger';
import { MemoryRunStore } from './MemoryRunStore';
import type { MovingFleet } from './MovingFleet';

/** The process is gone; nothing that would have come next happens. */
class Crash extends Error {}

export interface WorldOptions {
  readonly random: Random;
  readonly fleet: MovingFleet;
  readonly pageSize: number;
  /** Chances of one call, or of one outside action. */
  readonly faults: { readonly call: number; readonly crash: number; readonly lostMessage: number };
  /** Happens before every call. */
  readonly meanwhile: (now: number) => void;
}

export interface Flip {
  readonly runId: string;
  readonly ids: readonly string[];
  readonly doubts: readonly string[];
}

interface Delivery {
  readonly message: OutgoingMessage;
  deliveryCount: number;
}

const START_AT = Date.parse('2026-01-31T02:15:00Z');
const MINUTE_MS = 60_000;

/** The inventory over a broker, a storage and a Defender in memory, in which everything fails at times. */
export class InventoryWorld {
  readonly flips: Flip[] = [];
  readonly runs = new MemoryRunStore();
  calls = 0;
  now = START_AT;
  private readonly pages: PageStore;
  private readonly pending: Delivery[] = [];
  private readonly seenIds = new Set<string>();
  private readonly inventoryRuns: InventoryRuns;

  constructor(private readonly options: WorldOptions) {
    this.pages = new PageStore(new MemoryBlobStore());
    this.inventoryRuns = new InventoryRuns({ ...this.shared(), runs: this.runs });
  }

  /** The timer fires at each of `offsetsMs` of its slot; then everything runs until nothing is left to do. */
  async run(offsetsMs: readonly number[]): Promise<void> {
    for (const offset of offsetsMs) {
      this.now = START_AT + offset;
      await this.inventoryRuns.startScheduled();
    }
    for (;;) {
      const next = this.pending.toSorted((a, b) => dueAt(a) - dueAt(b))[0];
      if (next) await this.deliver(next);
      else if (!(await this.hasRunning())) return;
      else await this.housekeeping();
    }
  }

  private async deliver(next: Delivery): Promise<void> {
    next.deliveryCount += 1;
    this.now = Math.max(this.now, dueAt(next)) + 1_000;
    const source = {
      queue: 'inventory-pages',
      messageId: next.message.messageId,
      correlationId: null,
      sequenceNumber: '1',
      enqueuedAt: this.now,
      applicationProperties: {},
      deliveryCount: next.deliveryCount,
    };
    try {
      await this.queue().handle(next.message.body, source, this.now + MINUTE_MS);
      this.pending.splice(this.pending.indexOf(next), 1);
    } catch (error) {
      const isExpected = error instanceof Crash || error instanceof BrokerUnreachableError;
      if (!isExpected || next.deliveryCount > 50) throw error;
    }
  }

  private async hasRunning(): Promise<boolean> {
    return (await this.runs.list(0)).some(({ status }) => status === 'running');
  }

  private async housekeeping(): Promise<void> {
    this.now += 15 * MINUTE_MS;
    await this.inventoryRuns.takeOver().catch((error: unknown) => {
      if (!(error instanceof Crash)) throw error;
    });
  }

  private queue(): InventoryQueue {
    const { pageSize } = this.options;
    return new InventoryQueue({
      ...this.shared(),
      runs: this.runs,
      pages: this.pages,
      steps: () => ({ run: ({ query }, { failures }) => this.step(query, failures) }),
      defender: { prepare: () => Promise.resolve(), call: () => Promise.reject(new Error('no')) },
      publisher: { publish: (run, walked) => this.publish(run.runId, walked) },
      settings: { filter: null, filterText: null, pageSize, leadMs: WAIT_MS.lead },
    });
  }

  private shared() {
    const clock = { now: () => this.now, sleep: () => Promise.resolve() };
    const logger = new RecordingLogger();
    const sender: QueueSender = { send: (messages) => this.send(messages) };
    const quarantine = new Quarantine({ sender, bodies: new MemoryBlobStore(), clock, logger });
    return { clock, logger, sender, quarantine, random: this.options.random };
  }

  private async step(query: DefenderQuery, attempt: number): Promise<StepResult | Postponed> {
    const { fleet, faults, meanwhile } = this.options;
    if (query.endpoint !== 'machines') throw new Error('Not an inventory call');
    meanwhile(this.now);
    this.calls += 1;
    await Promise.resolve();
    if (this.happens(faults.call)) {
      const resumeAt = this.now + MINUTE_MS;
      return { ...FIRST_TRIAL, outcome: 'postponed', resumeAt, failures: attempt + 1 };
    }
    const response = { status: 200, headers: {}, body: JSON.stringify(fleet.answer(query)) };
    const answer = await readDefenderAnswer(query, response, this.now);
    const call = { calledAt: this.now, fromCache: false, waitedMs: 0 };
    this.crashAtTimes();
    return { step: 'machineList', endpoint: 'machines', outcome: 'answered', answer, ...call };
  }

  private async publish(runId: string, walked: WalkedRun): Promise<PublishedRun | null> {
    const ids: string[] = [];
    for await (const { id } of latestRows(this.pages, runId, walked.lastSeq)) ids.push(id);
    if (this.happens(this.options.faults.crash)) throw new StorageUnavailableError('write', 'down');
    const { doubts } = walked.head.state;
    if (!(await walked.isCurrent())) return null;
    if (!this.flips.some((flip) => flip.runId === runId)) this.flips.push({ runId, ids, doubts });
    this.crashAtTimes();
    const status = doubts.length > 0 ? 'incomplete' : 'published';
    return { status, machines: ids.length, warnings: doubts };
  }

  /** With duplicate detection; at times the broker is gone before or behind it, or drops the message for good. */
  private async send(messages: readonly OutgoingMessage[]): Promise<void> {
    await Promise.resolve();
    this.crashAtTimes();
    for (const message of messages) {
      if (this.seenIds.has(message.messageId)) continue;
      this.seenIds.add(message.messageId);
      const isFirst = message.messageId.endsWith(':0:0:0');
      if (isFirst || !this.happens(this.options.faults.lostMessage)) {
        this.pending.push({ message, deliveryCount: 0 });
      }
    }
    this.crashAtTimes();
  }

  private crashAtTimes(): void {
    if (this.calls > 0 && this.happens(this.options.faults.crash)) throw new Crash();
  }

  private happens(chance: number): boolean {
    return this.options.random.next() < chance;
  }
}

const dueAt = ({ message }: Delivery): number => message.scheduledAt ?? 0;
