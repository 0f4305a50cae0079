import type { AnsweredStep } from '../../calls/Progress';
import type { Postponed, StepAttempt } from '../../calls/StepAttempt';
import type { StepRunner } from '../../calls/StepRunner';
import type { DefenderClient } from '../../defender/DefenderClient';
import type { ODataFilter } from '../../defender/odata';
import { pageQuery } from '../walk/pageQuery';
import type { PageReading } from '../walk/readings';
import { toPageReading } from '../walk/toPageReading';
import { advance, conclude, giveUp, needsReadings, WALK_START, type WalkState } from '../walk/Walk';
import { CallMeter } from './CallMeter';
import { messageIdOf, type PageWork } from './inventoryMessage';
import { endsBy, type InventoryRun } from './InventoryRun';
import { addCalls, NO_TOTALS, type PageContent, type PageHead, type PageStore } from './PageStore';

export interface PageSettings {
  readonly filter: ODataFilter | null;
  /** The same as configured. */
  readonly filterText: string | null;
  readonly pageSize: number;
}

export interface PageStepDeps {
  readonly pages: PageStore;
  /** Without a cache: a page is asked for again because it may have changed. */
  readonly steps: (defender: DefenderClient) => Pick<StepRunner, 'run'>;
  readonly defender: DefenderClient;
  readonly settings: PageSettings;
}

/** What became of the page that a message asks for. */
export type PageOutcome =
  /** It is there, or known to be unavailable: the walk continues at `head`. */
  | { readonly outcome: 'stored'; readonly head: PageHead }
  /** Its call is made in a later delivery. `work` has counted those that were made. */
  | { readonly outcome: 'postponed'; readonly work: PageWork; readonly postponed: Postponed }
  /** The run cannot continue. */
  | { readonly outcome: 'failed'; readonly reasonCode: string };

/** Reads the next page of a walk, and stores it. Every method throws {@link StorageUnavailableError}. */
export class PageStep {
  constructor(private readonly deps: PageStepDeps) {}

  /** Where the walk stands before the page; null if the page before is gone. */
  async headBefore({ runId, seq }: PageWork): Promise<PageHead | null> {
    const { pages, settings } = this.deps;
    if (seq > 0) return (await pages.read(runId, seq - 1))?.head ?? null;
    return { state: WALK_START, totals: NO_TOTALS, filterText: settings.filterText };
  }

  /** The page after `before`, unless an earlier delivery has stored it. `deadlineAt`: no call starts after it (Unix ms). */
  async read(
    run: InventoryRun,
    work: PageWork,
    before: PageHead,
    deadlineAt: number,
  ): Promise<PageOutcome> {
    const stored = await this.deps.pages.read(work.runId, work.seq);
    if (stored) return { outcome: 'stored', head: stored.head };
    const { defender, steps, settings } = this.deps;
    const meter = new CallMeter(defender);
    const result = await steps(meter).run(
      { step: 'machineList', query: pageQuery(before.state, settings, run.startedAt) },
      attemptOf(work, endsBy(run), deadlineAt),
    );
    const counted = {
      ...work,
      calls: work.calls + meter.calls,
      throttled: work.throttled + meter.throttled,
    };
    switch (result.outcome) {
      case 'postponed':
        return { outcome: 'postponed', work: counted, postponed: result };
      case 'answered':
        return this.keepPage(counted, before, result);
      case 'denied':
        return { outcome: 'failed', reasonCode: result.reason.code };
      case 'expired':
      case 'failed':
      case 'invalid':
        return this.goOnWithout(counted, before, result.reason.code);
    }
  }

  private async keepPage(
    work: PageWork,
    { state, totals, filterText }: PageHead,
    answered: AnsweredStep,
  ): Promise<PageOutcome> {
    const { machines, list } = answered.answer;
    const reading = toPageReading(state, answered);
    const next = await this.concluded(work, advance(state, reading, list?.mistypedAt), reading);
    if (!next) return { outcome: 'failed', reasonCode: 'inventory.pagesGone' };
    const head = {
      filterText,
      state: next,
      totals: {
        ...addCalls(totals, work),
        pages: totals.pages + 1,
      },
    };
    return this.keep(work, head, { reading, machines });
  }

  /** Where the walk continues after a list that has been read; null if pages of it are gone. */
  private async concluded(
    { runId, seq }: PageWork,
    state: WalkState,
    last: PageReading,
  ): Promise<WalkState | null> {
    if (!needsReadings(state)) return conclude(state, []);
    const before = await this.deps.pages.readings(runId, seq);
    return before && conclude(state, [...before, last]);
  }

  /** The page is unavailable: what was read is published as incomplete. The count may be what was unreadable. */
  private async goOnWithout(
    work: PageWork,
    before: PageHead,
    reasonCode: string,
  ): Promise<PageOutcome> {
    const { state, totals } = before;
    if (reasonCode === 'defender.rejected' && state.asksCount) {
      return this.keepNothing(work, before, { ...state, asksCount: false });
    }
    if (totals.pages === 0) return { outcome: 'failed', reasonCode };
    return this.keepNothing(work, before, giveUp(state));
  }

  /** No page: the call is counted, and the walk continues from `state`. */
  private keepNothing(work: PageWork, before: PageHead, state: WalkState): Promise<PageOutcome> {
    return this.keep(work, { ...before, state, totals: addCalls(before.totals, work) });
  }

  private async keep(
    { runId, seq }: PageWork,
    head: PageHead,
    content?: PageContent,
  ): Promise<PageOutcome> {
    return { outcome: 'stored', head: await this.deps.pages.put(runId, seq, head, content) };
  }
}

function attemptOf(work: PageWork, expiresAt: number, deadlineAt: number): StepAttempt {
  const { ticket, failures, tokenRefreshed, refusals } = work;
  return {
    ticket,
    failures,
    tokenRefreshed,
    refusals,
    batch: null,
    requestId: work.runId,
    request: () => ({
      lane: 'bulk',
      endpoint: 'machines',
      flow: 'inventory',
      expiresAt,
      admission: 'always',
    }),
    isDeniedAtOnce: false,
    holder: { owner: messageIdOf(work), deliveredAs: null, isWaiting: false },
    freshSinceAt: Infinity,
    maxAgeMs: 0,
    expiresAt,
    deadlineAt,
  };
}
