import type { Clock } from '../../clock/Clock';
import { inventoryRunEnded, inventoryWaiting } from '../../telemetry/events';
import type { Logger } from '../../telemetry/Logger';
import type { PageWork } from './inventoryMessage';
import { newRun, type InventoryRun, type RunPhase } from './InventoryRun';
import type { PageHead } from './PageStore';
import { updateRun, type RunStore } from './RunStore';

type RunKey = Pick<InventoryRun, 'runId' | 'epoch'>;

export interface RunJournalDeps {
  readonly runs: RunStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A wait before a page is asked for, in milliseconds; `at` is Unix ms. */
export interface Wait {
  readonly at: number;
  readonly waitMs: number;
  /** Why storage does not answer; null: the slot is later, or the call failed. */
  readonly condition: string | null;
}

/** Writes down how runs get on: in their rows and in the log. Every method throws {@link StorageUnavailableError}. */
export class RunJournal {
  constructor(private readonly deps: RunJournalDeps) {}

  /** The run of a message; null if it is over, or continues in messages of another epoch. */
  async open(work: PageWork): Promise<InventoryRun | null> {
    const run = await this.runOf(work);
    return run?.status === 'running' && run.epoch === work.epoch ? run : null;
  }

  async isCurrent(key: RunKey): Promise<boolean> {
    const run = (await this.deps.runs.read(key.runId))?.run;
    return run?.status === 'running' && run.epoch === key.epoch;
  }

  /** Page `next` was requested, which continues from `head`. */
  async goesOn(next: PageWork, { state, totals }: PageHead): Promise<void> {
    const { runs, clock } = this.deps;
    const nextAt = clock.now();
    const { seq } = next;
    const { calls, throttled } = totals;
    const phase = phaseOf(state);
    const listed = state.end - state.skippedRows;
    await updateRun(runs, next, (run) =>
      run.seq > seq
        ? {}
        : { seq, nextAt, phase, calls, throttled, machines: Math.max(run.machines, listed) },
    );
  }

  /** The message of page `next` was sent for later: unless this is known, the run would be taken over. */
  async waits(next: PageWork, { at, waitMs, condition }: Wait): Promise<void> {
    const { runs, logger } = this.deps;
    const { runId, seq, hop, failures } = next;
    inventoryWaiting(logger, { runId, seq, hop, failures, waitMs, condition });
    await updateRun(runs, next, ({ waits, nextAt }) => ({
      waits: waits + 1,
      nextAt: Math.max(nextAt, at),
    }));
  }

  async failed(key: RunKey, reasonCode: string): Promise<void> {
    return this.ended(key, { status: 'failed', reasonCode });
  }

  async ended(
    key: RunKey,
    ending: Pick<InventoryRun, 'status'> &
      Partial<Pick<InventoryRun, 'reasonCode' | 'machines' | 'warnings'>>,
  ): Promise<void> {
    const { runs, clock, logger } = this.deps;
    const completedAt = clock.now();
    if (!(await updateRun(runs, key, () => ({ ...ending, completedAt })))) return;
    const { status, reasonCode = null, machines = null, warnings = [] } = ending;
    const fields = { runId: key.runId, status, reasonCode, machines };
    inventoryRunEnded(logger, { ...fields, warnings: warnings.join(' ') });
  }

  /** The first message makes the run, however often it was sent. */
  private async runOf({
    runId,
    slotAt,
    seq,
    epoch,
    publishes,
  }: PageWork): Promise<InventoryRun | null> {
    const { runs, clock } = this.deps;
    const found = await runs.read(runId);
    if (found || seq !== 0 || epoch !== 0) return found?.run ?? null;
    const made = await runs.insert(newRun(slotAt, clock.now(), publishes));
    return (made ?? (await runs.read(runId)))?.run ?? null;
  }
}

function phaseOf({ phase, walk, isEndCheck }: PageHead['state']): RunPhase {
  if (phase.kind === 'done') return 'files';
  if (phase.kind === 'changes') return 'changes';
  if (isEndCheck) return 'end';
  return walk === 1 ? 'list' : 'secondList';
}
