import type { Machine } from '../../../shared/defender/DefenderAnswer';
import type { DefenderQuery } from '../../../shared/defender/DefenderQuery';
import type { StepResult } from '../../../shared/calls/Progress';
import type { Postponed, StepAttempt } from '../../../shared/calls/StepAttempt';
import { InventoryQueue } from '../../../shared/inventory/run/InventoryQueue';
import {
  firstHop,
  readPageWork,
  type PageWork,
} from '../../../shared/inventory/run/inventoryMessage';
import { runIdOf, type InventoryRun } from '../../../shared/inventory/run/InventoryRun';
import { PageStore } from '../../../shared/inventory/run/PageStore';
import type { WalkedRun } from '../../../shared/inventory/snapshot/SnapshotWriter';
import { Quarantine } from '../../../shared/messaging/Quarantine';
import type { OutgoingMessage } from '../../../shared/messaging/QueueSender';
import type { Ticket } from '../../../shared/quota/Quota';
import { MemoryBlobStore } from '../storage/MemoryBlobStore';
import { RecordingLogger } from '../telemetry/RecordingLogger';
import { MemoryRunStore } from './MemoryRunStore';

export const SLOT = Date.parse('2026-01-31T02:10:00Z');
export const NOW = SLOT + 300_000;
export const LEAD_MS = 1_500;
export const RUN_ID = runIdOf(SLOT);
export const FIRST = firstHop({ runId: RUN_ID, slotAt: SLOT, epoch: 0, publishes: true, seq: 0 });
export const TICKET: Ticket = {
  endpoint: 'machines',
  epoch: 'e',
  ordinal: 7,
  lane: 'bulk',
  flow: 'inventory',
};

type Outcome = StepResult | Postponed;
/** One that depends on what the step has behind it. */
type OutcomeOf = (attempt: StepAttempt) => Outcome;

export const answered = (...machines: readonly Machine[]): Outcome => ({
  step: 'machineList',
  endpoint: 'machines',
  outcome: 'answered',
  answer: { status: 200, machines, alerts: [], file: null, correlationId: null },
  calledAt: NOW,
  fromCache: false,
  waitedMs: 0,
});

export const unanswered = (outcome: 'denied' | 'failed' | 'expired', code: string): Outcome => ({
  step: 'machineList',
  endpoint: 'machines',
  outcome,
  reason: { code, message: code },
});

/** A queue whose steps bring `outcomes`, one after the other. */
export function openQueue(...outcomes: readonly (Outcome | OutcomeOf)[]) {
  const settings = {
    filter: null,
    filterText: null as string | null,
    pageSize: 16,
    leadMs: LEAD_MS,
  };
  const left = [...outcomes];
  /** What happens during the next call, or while a snapshot is made. */
  const during = {
    call: () => Promise.resolve<unknown>(null),
    publish: () => Promise.resolve<unknown>(null),
  };
  const time = { now: NOW };
  const seen: { readonly query: DefenderQuery; readonly attempt: StepAttempt }[] = [];
  const published: { readonly run: InventoryRun; readonly walked: WalkedRun }[] = [];
  const sent: OutgoingMessage[] = [];
  const blobs = new MemoryBlobStore();
  const quarantined = new MemoryBlobStore();
  const runs = new MemoryRunStore();
  const logger = new RecordingLogger();
  const clock = { now: () => time.now, sleep: () => Promise.resolve() };
  const send = (messages: readonly OutgoingMessage[]) => {
    sent.push(...messages);
    return Promise.resolve();
  };
  const queue = new InventoryQueue({
    runs,
    clock,
    logger,
    pages: new PageStore(blobs),
    sender: { send },
    random: { next: () => 0.5 },
    quarantine: new Quarantine({ sender: { send }, bodies: quarantined, clock, logger }),
    defender: { prepare: () => Promise.resolve(), call: () => Promise.reject(new Error('no')) },
    steps: () => ({
      run: async ({ query }, attempt) => {
        seen.push({ query, attempt });
        await during.call();
        const outcome = left.shift();
        if (!outcome) throw new Error('One call too many');
        return typeof outcome === 'function' ? outcome(attempt) : outcome;
      },
    }),
    publisher: {
      publish: async (run, walked) => {
        published.push({ run, walked });
        await during.publish();
        return { status: 'published', machines: 2, warnings: ['w'] };
      },
    },
    settings,
  });
  const deliver = (work: PageWork, deliveryCount = 1) =>
    queue.handle(
      Buffer.from(JSON.stringify(work)),
      {
        queue: 'pages',
        messageId: 'm',
        correlationId: null,
        sequenceNumber: '1',
        enqueuedAt: NOW,
        applicationProperties: {},
        deliveryCount,
      },
      NOW + 60_000,
    );
  /** Delivers what was sent, as the broker does, until nothing is. */
  const drain = async (work: PageWork) => {
    await deliver(work);
    // Grows on the way.
    for (const { body } of sent) {
      const next = readPageWork(body, time.now);
      if (next) await deliver(next);
    }
  };
  const row = async () => (await runs.read(RUN_ID))?.run;
  return {
    deliver,
    drain,
    row,
    seen,
    sent,
    published,
    blobs,
    runs,
    logger,
    during,
    settings,
    time,
  };
}
