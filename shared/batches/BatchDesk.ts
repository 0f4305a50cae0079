import type { SlotForecast } from '../calls/CallLeases';
import { postponed, type Postponed } from '../calls/StepAttempt';
import { WAIT_MS } from '../calls/waiting';
import { SingleFlight } from '../cache/SingleFlight';
import type { Clock } from '../clock/Clock';
import type { AppConfig } from '../config/AppConfig';
import { cacheTimeOf } from '../defender/cacheTimes';
import type { DefenderQuery } from '../defender/DefenderQuery';
import { queryKey } from '../defender/endpoints';
import { DEFAULT_TIMING } from '../quota/calendar/CalendarConfig';
import type { Quota, Ticket } from '../quota/Quota';
import { QuotaUnavailableError } from '../quota/QuotaUnavailableError';
import { StorageUnavailableError } from '../storage/StorageUnavailableError';
import type { BatchLessons } from './BatchLessons';
import { fitting } from './batchQuery';
import type { Batch, BatchQueue, BatchStore, StoredBatch } from './BatchStore';
import type { Group } from './Group';
import { ALONE, tellAll, type BatchAnswer, type Member, type Question } from './Question';
import { toStored } from './storedQuery';

export interface BatchDeskDeps {
  readonly store: BatchStore;
  readonly quota: Pick<Quota, 'take'>;
  readonly slots: SlotForecast;
  readonly lessons: Pick<BatchLessons, 'limits'>;
  readonly clock: Clock;
  readonly cacheTtlMs: AppConfig['cacheTtlMs'];
}

const USE_WINDOW_MS = DEFAULT_TIMING.useWindowMs;
/** Within this time after its slot a batch has been answered, or its caller is dead. */
const ANSWER_MS = 30_000;
/**
 * A batch whose slot is near fills for so long before its call, which the use window allows; until then others may join. The
 * message with the ticket comes the usual lead earlier.
 */
const FILL_MS = 2_000;
/** After that, most calls have been answered; who finds nothing yet comes back once more. */
const ANSWERED_MS = FILL_MS + 1_000;
/** Who comes meanwhile is in the same write. */
const LINGER_MS = 100;
const MAX_TRIES = 4;

/**
 * Batches that wait for their slot, open to questions of all processes: a question whose slot lies ahead joins the newest of
 * its list and flow, or opens one and takes its ticket. The others come back after its slot and find their answers in the
 * cache. An economy only: with trouble in the store everybody asks for itself.
 */
export class BatchDesk {
  /** Batches that this process has had to do with, by queue. */
  private readonly known = new Map<string, StoredBatch>();
  /** Who comes while another is being written: all in one write then. */
  private readonly coming = new Map<string, Member[]>();
  private lately: StoredBatch | null = null;
  private readonly reads = new SingleFlight<StoredBatch | null>();

  constructor(private readonly deps: BatchDeskDeps) {}

  /** Tells all members of the group: they wait in a batch, or ask alone. Never fails. */
  async join(group: Group): Promise<void> {
    const members = group.leave();
    const joining = members.filter(
      ({ question, isRemote = false }) => !isRemote && this.isShareable(question),
    );
    tellAll(
      members.filter((member) => !joining.includes(member)),
      ALONE,
    );
    const request = joining[0]?.question.request;
    if (request?.lane !== 'bulk') return;
    const queue = { list: group.list, flow: request.flow };
    const coming = this.coming.get(keyOf(queue));
    if (coming) coming.push(...joining);
    else await this.admit(queue, joining);
  }

  private async admit(queue: BatchQueue, first: readonly Member[]): Promise<void> {
    const key = keyOf(queue);
    let waiting = first;
    while (waiting.length > 0) {
      const coming: Member[] = [];
      this.coming.set(key, coming);
      await this.deps.clock.sleep(LINGER_MS);
      waiting = [...waiting, ...coming.splice(0)];
      try {
        let outside = await this.enterOpen(queue, waiting);
        while (outside.length > 0) outside = await this.open(queue, outside);
      } catch (error) {
        // Who has a place has been told.
        tellAll(waiting, ALONE);
        if (!isTrouble(error)) throw error;
      } finally {
        this.coming.delete(key);
      }
      waiting = coming;
    }
  }

  /**
   * A member is back and has no answer: it waits on, or asks alone, if its batch could not tell or is dead. Never in another
   * batch: what went wrong with this one might go wrong with that one, too. Never fails.
   */
  async resume({ planned, state }: Question, id: string): Promise<BatchAnswer> {
    const { slots, clock } = this.deps;
    try {
      const batch = await this.readFor(id);
      if (!batch || batch.left.includes(queryKey(planned.query))) return ALONE;
      const slotAt = await slots.slotOf(batch.ticket);
      const now = clock.now();
      const usableUntil = (slotAt ?? 0) + USE_WINDOW_MS;
      if (now >= usableUntil + ANSWER_MS) return ALONE;
      return waiter(state, id, now < usableUntil ? usableUntil : usableUntil + ANSWER_MS);
    } catch (error) {
      if (!isTrouble(error)) throw error;
      return ALONE;
    }
  }

  /** Members wake together: while the slot lies ahead, what one has read lately serves all. */
  private async readFor(id: string): Promise<StoredBatch | null> {
    const { store, slots, clock } = this.deps;
    const lately = this.lately?.id === id ? this.lately : null;
    const slotAt = lately && (await slots.slotOf(lately.ticket));
    if (slotAt !== null && slotAt + USE_WINDOW_MS > clock.now()) return lately;
    const batch = await this.reads.run(id, () => store.read(id));
    this.lately = batch ?? this.lately;
    return batch;
  }

  /** Closes the batch to new members. Null: no batch to call for. Never fails. */
  async close(id: string): Promise<StoredBatch | null> {
    return this.change(id, (batch) => (batch.isClosed ? null : { ...batch, isClosed: true }));
  }

  /** Replaces an unusable ticket, for those waiting. Never fails. */
  async renew(id: string, ticket: Ticket, slotAt: number): Promise<void> {
    await this.change(id, (batch) => ({ ...batch, ticket, slotAt }));
  }

  /** Its call has not answered these. Never fails: at worst they wait longer. */
  async leave(batch: StoredBatch, left: readonly string[]): Promise<void> {
    if (left.length > 0) await this.change(batch.id, (known) => ({ ...known, left }));
  }

  private async change(
    id: string,
    next: (batch: StoredBatch) => Batch | null,
  ): Promise<StoredBatch | null> {
    const { store } = this.deps;
    try {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const batch = await store.read(id);
        const changed = batch && next(batch);
        if (!changed) return null;
        const written = await store.replace(batch, changed);
        if (written) return written;
      }
      return null;
    } catch (error) {
      if (!isTrouble(error)) throw error;
      return null;
    }
  }

  /** @returns those who are in no batch yet. */
  private async enterOpen(
    queue: BatchQueue,
    members: readonly Member[],
  ): Promise<readonly Member[]> {
    const { store } = this.deps;
    const key = keyOf(queue);
    let batch = this.known.get(key) ?? (await store.newest(queue));
    for (let tries = 0; batch && tries < MAX_TRIES; tries += 1) {
      const inIt = batch.members.map(queryKey);
      const isIn = ({ question }: Member) => inIt.includes(queryKey(question.planned.query));
      const slotAt = await this.openSlot(batch);
      const others = members.filter((member) => !isIn(member));
      const added = slotAt !== null ? await this.fitting(queue, batch.members, others) : [];
      if (slotAt !== null && added.length === 0 && others.length < members.length) {
        this.seat(members.filter(isIn), batch.id, slotAt);
        return others;
      }
      if (slotAt === null || added.length === 0) {
        const newest = tries === 0 && this.known.has(key) ? await store.newest(queue) : null;
        if (newest?.id === batch.id) break;
        this.known.delete(key);
        batch = newest;
        continue;
      }
      const grown = [...batch.members, ...added.map(({ question }) => question.planned.query)];
      const written: StoredBatch | null = await store.replace(batch, { ...batch, members: grown });
      if (written) {
        this.known.set(key, written);
        const seated = members.filter((member) => isIn(member) || added.includes(member));
        this.seat(seated, written.id, slotAt);
        return members.filter((member) => !seated.includes(member));
      }
      batch = await store.read(batch.id);
    }
    return members;
  }

  /** Opens a batch for the first of those who wait; they carry its ticket. */
  private async open(queue: BatchQueue, waiting: readonly Member[]): Promise<readonly Member[]> {
    const { quota, store, clock } = this.deps;
    const [first] = waiting;
    if (!first) return [];
    const taken = await quota.take({ ...first.question.request, endpoint: queue.list });
    if (taken.outcome !== 'granted') {
      tellAll(waiting, ALONE);
      return [];
    }
    const { ticket, slotAt } = taken;
    const seated = await this.fitting(queue, [], waiting);
    const members = seated.map(({ question }) => question.planned.query);
    const batch = { ticket, slotAt, members, isClosed: false, left: [] };
    const stored = await store.insert(queue, batch, clock.now());
    this.known.set(keyOf(queue), stored);
    const resumeAt = Math.max(slotAt, clock.now() + FILL_MS + WAIT_MS.lead);
    first.tell({ ...postponed(first.question.state, resumeAt), ticket, batch: stored.id });
    this.seat(
      seated.filter((member) => member !== first),
      stored.id,
      slotAt,
    );
    return waiting.filter((member) => !seated.includes(member));
  }

  /** Those of the members, from the first on, for whom there is room beside `present`. */
  private async fitting(
    { list }: BatchQueue,
    present: readonly DefenderQuery[],
    members: readonly Member[],
  ): Promise<readonly Member[]> {
    const limits = await this.deps.lessons.limits(list);
    const queries = [...present, ...members.map(({ question }) => question.planned.query)];
    return members.slice(0, Math.max(0, fitting(list, queries, limits) - present.length));
  }

  private seat(members: readonly Member[], id: string, slotAt: number): void {
    for (const { question, tell } of members) {
      const isInTime = slotAt + USE_WINDOW_MS < latestOf(question, this.deps.clock.now());
      tell(isInTime ? waiter(question.state, id, slotAt + ANSWERED_MS) : ALONE);
    }
  }

  /** When its call comes; null: it is too late to join. */
  private async openSlot({ isClosed, ticket }: StoredBatch): Promise<number | null> {
    if (isClosed) return null;
    const slotAt = await this.deps.slots.slotOf(ticket);
    return slotAt !== null && slotAt > this.deps.clock.now() - FILL_MS ? slotAt : null;
  }

  /** Others can find its answer, and it is read back as it is. */
  private isShareable({ planned: { query } }: Question): boolean {
    const { cacheTtlMs, clock } = this.deps;
    return cacheTtlMs[cacheTimeOf(query, clock.now())] > 0 && toStored(query) !== null;
  }
}

const keyOf = ({ list, flow }: BatchQueue): string => `${list}|${flow}`;

const waiter = (state: Question['state'], batch: string, resumeAt: number): Postponed => ({
  ...postponed(state, resumeAt),
  batch,
});

/** As the calendar admits lookups: an answer must come well inside their age. */
function latestOf({ state, request }: Question, now: number): number {
  if (request.lane !== 'bulk' || request.admission === 'always') return state.expiresAt;
  return now + (state.expiresAt - now) / (2 * request.admission.callsLeft);
}

const isTrouble = (error: unknown): boolean =>
  error instanceof StorageUnavailableError || error instanceof QuotaUnavailableError;
