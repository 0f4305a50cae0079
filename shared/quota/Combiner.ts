import type { Random } from '../clock/Clock';
import type { StoreClock } from '../clock/StoreClock';
import type { EndpointId } from '../defender/endpointIds';
import { noteAnswers } from './calendar/answering';
import type { CalendarConfig } from './calendar/CalendarConfig';
import type { CalendarState } from './calendar/CalendarState';
import { adoptConfig, commit } from './calendar/commit';
import { dropDenied, issue } from './calendar/issue';
import { coolForForgotten } from './calendar/origin';
import type { CalendarReplica, Changed } from './CalendarReplica';
import type { TicketAnswer, TicketRequest } from './Quota';
import { QuotaUnavailableError } from './QuotaUnavailableError';

/** A change of the calendar other than issuing; null = nothing to do. */
export type Change = (state: CalendarState, now: number) => CalendarState | null;

interface IssueJob {
  readonly kind: 'issue';
  readonly request: TicketRequest;
  readonly resolve: (answer: TicketAnswer) => void;
  readonly reject: (error: unknown) => void;
}

interface ChangeJob {
  readonly kind: 'change';
  readonly change: Change;
  readonly resolve: (applied: boolean) => void;
  readonly reject: (error: unknown) => void;
}

type Job = IssueJob | ChangeJob;

/** The answer to a job, once that is written. */
type Answer =
  | { readonly kind: 'issue'; readonly job: IssueJob; readonly answer: TicketAnswer }
  | { readonly kind: 'change'; readonly job: ChangeJob; readonly answer: boolean };

export interface CombinerOptions {
  readonly replica: CalendarReplica;
  readonly clock: StoreClock;
  readonly random: Random;
  readonly config: CalendarConfig;
  readonly startedAt: () => number;
  readonly deniedAfterMs: number;
  /** When endpoints last answered this process: it rides along in each write. */
  readonly answers: ReadonlyMap<EndpointId, number>;
  /** Unique per process: operation ids begin with it. */
  readonly processId: string;
}

const MAX_BATCH = 100;
/** Among others, who would be in the way of each other's writes. */
const LINGER_MS = 2_000;
/** Those for whom others wait only step out of each other's way. */
const LINGER_FOR_MANY_MS = 250;
/** Alone, long enough for all that come at once. */
const LINGER_ALONE_MS = 100;
/** Lingering costs nothing while the last planned slot is further away than this. */
const LINGER_BEYOND_MS = 10_000;
const BACKOFF_BASE_MS = 20;
const BACKOFF_MAX_MS = 500;
const BACKOFF_MAX_INTERACTIVE_MS = 60;
const MAX_STORE_FAILURES = 3;
const MAX_CONFLICTS = 40;

/**
 * Joins what this process wants of one calendar at the same time into one write. Whatever may go wrong between reading
 * and writing ends in a conflict and a new attempt; a write whose answer was lost is recognised by its operation id.
 */
export class Combiner {
  private pending: Job[] = [];
  private running = false;
  /** Ends the wait for more requests; null: none waits. */
  private lingering: AbortController | null = null;
  private operations = 0;
  /** Whether others write too: then reading first is cheaper than losing the race. */
  private contended = true;

  constructor(private readonly options: CombinerOptions) {}

  /** @throws {QuotaUnavailableError} the store is down. */
  issue(request: TicketRequest): Promise<TicketAnswer> {
    return new Promise((resolve, reject) => {
      this.add({ kind: 'issue', request, resolve, reject });
    });
  }

  /** Whether the change was made. @throws {QuotaUnavailableError} the store is down. */
  change(change: Change): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.add({ kind: 'change', change, resolve, reject });
    });
  }

  private add(job: Job): void {
    this.pending.push(job);
    if (isUrgent(job) || isForMany(job) || this.pending.length >= MAX_BATCH)
      this.lingering?.abort();
    if (this.running) return;
    this.running = true;
    void this.run();
  }

  private async run(): Promise<void> {
    while (this.pending.length > 0) {
      let batch: readonly Job[] = this.pending;
      try {
        await this.linger();
        batch = this.nextBatch();
        await this.settle(batch);
      } catch (error) {
        this.pending = this.pending.filter((job) => !batch.includes(job));
        for (const job of batch) job.reject(error);
      }
    }
    this.running = false;
  }

  private nextBatch(): readonly Job[] {
    const urgent = this.pending.filter(isUrgent);
    const others = this.pending.filter((job) => !isUrgent(job));
    const inOrder = [...urgent, ...others];
    this.pending = inOrder.slice(MAX_BATCH);
    return inOrder.slice(0, MAX_BATCH);
  }

  /** With a backlog, no request waits for more to be collected first. */
  private async linger(): Promise<void> {
    const { replica, clock } = this.options;
    if (this.pending.length >= MAX_BATCH || this.pending.some(isUrgent)) return;
    if (!replica.image?.plan.reachesBeyond(clock.now() + LINGER_BEYOND_MS)) return;
    const { signal } = (this.lingering = new AbortController());
    const amongOthersMs = this.pending.some(isForMany) ? LINGER_FOR_MANY_MS : LINGER_MS;
    await clock
      .sleep(this.contended ? amongOthersMs : LINGER_ALONE_MS, signal)
      .catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    this.lingering = null;
  }

  private async settle(batch: readonly Job[]): Promise<void> {
    let failures = 0;
    for (let conflicts = 0; conflicts < MAX_CONFLICTS;) {
      try {
        const answers = await this.attempt(batch);
        if (answers) {
          answers.forEach(settleJob);
          return;
        }
        conflicts += 1;
        await this.backOff(conflicts, batch);
      } catch (error) {
        failures += 1;
        if (!(error instanceof QuotaUnavailableError) || failures >= MAX_STORE_FAILURES)
          throw error;
        await this.backOff(failures, batch);
      }
    }
    throw new QuotaUnavailableError('The calendar is written by others all the time.');
  }

  /** Returns the answers to those who asked, once they hold; null after a conflict. */
  private async attempt(batch: readonly Job[]): Promise<readonly Answer[] | null> {
    const { replica, clock } = this.options;
    const operation = `${this.options.processId}.${(this.operations += 1)}`;
    if (this.contended || !clock.isChecked) await this.readFirst();
    const { outcome, result } = await replica.update((state) =>
      this.apply(state, batch, operation),
    );
    this.contended ||= outcome === 'conflict' || outcome === 'unknown';
    if (outcome === 'conflict') return null;
    if (outcome === 'unknown') {
      const { state } = await replica.refresh();
      // Overwritten by another since, it looks as if it had not happened: its tickets are lost, never given twice.
      if (state.operation !== operation) return null;
    }
    return result;
  }

  /** Alone, this process's own last write is still current, and reading it would be waste. */
  private async readFirst(): Promise<void> {
    const { replica } = this.options;
    const known = replica.image;
    const image = await replica.refresh();
    this.contended = image.etag !== known?.etag;
  }

  /** What the batch makes of the state, and the answers to those who asked, once that is written. */
  private apply(
    before: CalendarState,
    batch: readonly Job[],
    operation: string,
  ): Changed<readonly Answer[]> {
    const { replica, clock, config, startedAt, deniedAfterMs, answers: heard } = this.options;
    const now = clock.now();
    const noted = noteAnswers(before, heard);
    let state = coolForForgotten(noted, replica.former ?? before, now) ?? noted;
    const answers: Answer[] = [];
    for (const job of batch) {
      if (job.kind !== 'change') continue;
      const changed = job.change(state, now);
      state = changed ?? state;
      answers.push({ kind: 'change', job, answer: changed !== null });
    }
    const issues = batch.filter((job) => job.kind === 'issue');
    if (issues.length > 0) {
      const options = { now, deniedAfterMs };
      const live = commit(dropDenied(state, options), now);
      const requests = issues.map(({ request }) => request);
      const issued = issue(adoptConfig(live, config, startedAt()), requests, options);
      state = issued.state;
      answers.push(
        ...issues.flatMap((job, index): Answer[] => {
          const answer = issued.answers[index];
          return answer ? [{ kind: 'issue', job, answer }] : [];
        }),
      );
    }
    return { state: state === noted ? before : { ...state, operation }, result: answers };
  }

  private async backOff(attempt: number, batch: readonly Job[]): Promise<void> {
    const cap = batch.some(isUrgent) ? BACKOFF_MAX_INTERACTIVE_MS : BACKOFF_MAX_MS;
    const longest = Math.min(cap, BACKOFF_BASE_MS * 2 ** attempt);
    await this.options.clock.sleep(this.options.random.next() * longest);
  }
}

function settleJob(given: Answer): void {
  if (given.kind === 'issue') given.job.resolve(given.answer);
  else given.job.resolve(given.answer);
}

/** Bulk tickets can wait a little; a user, and news about Defender, cannot. */
const isUrgent = (job: Job): boolean => job.kind === 'change' || job.request.lane === 'interactive';

const isForMany = (job: Job): boolean =>
  job.kind === 'issue' && job.request.lane === 'bulk' && job.request.isForMany === true;
