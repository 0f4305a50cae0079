import { SingleFlight } from '../cache/SingleFlight';
import type { SlotForecast } from '../calls/CallLeases';
import type { Clock } from '../clock/Clock';
import type { AppConfig } from '../config/AppConfig';
import { cacheTimeOf } from '../defender/cacheTimes';
import { queryKey } from '../defender/endpoints';
import type { Quota, Ticket } from '../quota/Quota';
import { queueOf, ticketIn } from './batchId';
import type { BatchLimits } from '../quota/calendar/lessons';
import type { BatchLessons } from './BatchLessons';
import { BatchSeats, type Taken } from './BatchSeats';
import type { Batch, BatchQueue, BatchStore, NextBatch, StoredBatch } from './BatchStore';
import { fitting } from './batchQuery';
import { ANSWER_MS, ANSWERED_MS, isOpen, USE_WINDOW_MS } from './batchTimes';
import type { Group } from './Group';
import { ALONE, tellAll, type BatchAnswer, type Question } from './Question';
import { together, type Party } from './seats';
import { toStored } from './storedQuery';
import { forTrouble, waiterIn } from './waiterIn';

export interface BatchDeskDeps {
  readonly store: BatchStore;
  readonly quota: Pick<Quota, 'take'>;
  readonly slots: SlotForecast;
  readonly lessons: Pick<BatchLessons, 'limits'>;
  readonly clock: Clock;
  readonly cacheTtlMs: AppConfig['cacheTtlMs'];
}

const MAX_TRIES = 4;
/** A call that is not full looks at so many of the newest batches for more questions. */
const LOOKED_AT = 30;
/** What has been read of so many batches is kept: their members wake together. */
const REMEMBERED = 100;
/** Where a batch goes on is known soon after its call, or not at all. */
const FOLLOWED_MS = 15_000;
const LATER_MS = 5_000;

/**
 * Batches that wait for their slot, open to questions of all processes: a question whose slot lies ahead joins the newest of
 * its list and flow, or opens one and takes its ticket. The others come back after its slot and find their answers in the
 * cache. An economy only: with trouble in the store everybody asks for itself.
 */
export class BatchDesk {
  private readonly seats = new Map<string, BatchSeats>();
  /** Batches that do not change any more, as their members read them. */
  private readonly over = new Map<string, StoredBatch>();
  private readonly reads = new SingleFlight<StoredBatch | null>();

  constructor(private readonly deps: BatchDeskDeps) {}

  /**
   * Tells all members of the group: they wait in a batch, or ask alone. Those of other deliveries go where the first of this
   * delivery goes. `taken`: a ticket for them. Never fails.
   */
  async join(group: Group, taken: Taken | null = null): Promise<void> {
    const members = group.leave();
    const joining = members.filter(({ question }) => this.isShareable(question));
    const remote = joining.filter(({ isRemote = false }) => isRemote);
    const [first, ...others] = joining.filter(({ isRemote = false }) => !isRemote);
    const request = first?.question.request;
    if (!first || request?.lane !== 'bulk') {
      tellAll(members, ALONE);
      return;
    }
    tellAll(
      members.filter((member) => !joining.includes(member)),
      ALONE,
    );
    const parties: readonly Party[] = [[first, ...remote], ...others.map((each): Party => [each])];
    await this.seatsOf({ list: group.list, flow: request.flow }).seat(parties, taken);
  }

  /**
   * A member is back and has no answer: it waits on, or asks alone, if its batch could not tell or is dead. Never in another
   * batch: what went wrong with this one might go wrong with that one, too. Never fails.
   */
  async resume({ planned, state }: Question, id: string): Promise<BatchAnswer> {
    const { slots, clock } = this.deps;
    try {
      const ticket = ticketIn(id);
      const slotAt = (ticket && (await slots.slotOf(ticket))) ?? 0;
      const answeredAt = slotAt + ANSWERED_MS[ticket?.endpoint ?? 'machines'];
      if (answeredAt > clock.now()) return waiterIn({ id, resumeAt: answeredAt }, state);
      const batch = await this.read(id);
      if (!batch || isLeft(batch, planned)) return ALONE;
      const { next } = batch;
      // All of it has gone into another batch.
      if (next && queueOf(next.id)?.list === queueOf(id)?.list) return waiterIn(next, state);
      const usableUntil = Math.max(slotAt, batch.slotAt) + USE_WINDOW_MS;
      const now = clock.now();
      if (now >= usableUntil + ANSWER_MS) return ALONE;
      const resumeAt = now < usableUntil ? usableUntil : usableUntil + ANSWER_MS;
      return waiterIn({ id, resumeAt }, state);
    } catch (error) {
      forTrouble(error);
      return ALONE;
    }
  }

  /**
   * The batch of a member has been called, and its answer leads to another question: the member waits where that is asked,
   * or asks it itself. Never fails.
   */
  async follow({ planned, state }: Question, id: string): Promise<BatchAnswer> {
    try {
      const batch = await this.read(id);
      if (!batch || isLeft(batch, planned)) return ALONE;
      if (batch.next) return waiterIn(batch.next, state);
      const now = this.deps.clock.now();
      const deadAt = batch.slotAt + USE_WINDOW_MS + ANSWER_MS;
      if (now >= deadAt) return ALONE;
      const resumeAt = now < batch.slotAt + FOLLOWED_MS ? now + LATER_MS : deadAt;
      return waiterIn({ id, resumeAt }, state);
    } catch (error) {
      forTrouble(error);
      return ALONE;
    }
  }

  /** Whether its call is still to be made. Never fails. */
  async isOpen(id: string): Promise<boolean> {
    const batch = await this.deps.store.read(id).catch(forTrouble);
    return batch?.isClosed === false;
  }

  /**
   * Closes the batch to new members, and with it other open ones of its queue whose questions still have room in its call:
   * their own calls are not needed then. None: no batch to call for. Never fails.
   */
  async close(id: string): Promise<readonly StoredBatch[]> {
    const queue = queueOf(id);
    const limits = queue && (await this.deps.lessons.limits(queue.list).catch(forTrouble));
    if (!limits) return [];
    const isFull = ({ members }: Batch): boolean => members.length >= limits.questions;
    // Nobody joins a full one: it is closed without a write.
    const batch = await this.change(id, (read) => (isFull(read) ? read : closed(read)));
    if (!batch) return [];
    const others = isFull(batch) ? [] : await this.takeIn(queue, batch, limits).catch(forTrouble);
    return [batch, ...(others ?? [])];
  }

  private async takeIn(
    queue: BatchQueue,
    { members }: StoredBatch,
    limits: BatchLimits,
  ): Promise<readonly StoredBatch[]> {
    const { store, clock } = this.deps;
    let all = members;
    const taken: StoredBatch[] = [];
    for (const other of await store.newest(queue, LOOKED_AT)) {
      const grown = together([...all, ...other.members]);
      const isFit = fitting(queue.list, grown, limits) === grown.length;
      const next = isFit && isOpen(other, clock.now()) ? closed(other) : null;
      const written = next && (await store.replace(other, next));
      if (!written) continue;
      taken.push(written);
      all = grown;
    }
    return taken;
  }

  /** Replaces an unusable ticket, for those waiting. Never fails. */
  async renew(id: string, ticket: Ticket, slotAt: number): Promise<void> {
    await this.change(id, (batch) => ({ ...batch, ticket, slotAt }));
  }

  /** Their call has not answered these, and others wait in `next` now. Never fails: at worst they wait longer. */
  async leave(
    batches: readonly StoredBatch[],
    left: readonly string[],
    next: NextBatch | null = null,
  ): Promise<void> {
    if (left.length === 0 && !next) return;
    const { store } = this.deps;
    await Promise.all(
      batches.map((batch) => store.replace(batch, { ...batch, left, next }).catch(forTrouble)),
    );
  }

  private async change(
    id: string,
    next: (batch: StoredBatch) => Batch | StoredBatch | null,
  ): Promise<StoredBatch | null> {
    const { store } = this.deps;
    try {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const batch = await store.read(id);
        const changed = batch && next(batch);
        if (!changed) return null;
        if (changed === batch) return batch;
        const written = await store.replace(batch, changed);
        if (written) return written;
      }
      return null;
    } catch (error) {
      return forTrouble(error);
    }
  }

  private async read(id: string): Promise<StoredBatch | null> {
    const known = this.over.get(id);
    if (known) return known;
    const batch = await this.reads.run(id, () => this.deps.store.read(id));
    if (batch && (batch.next || batch.left.length > 0)) {
      this.over.set(id, batch);
      for (const oldest of this.over.keys()) {
        if (this.over.size <= REMEMBERED) break;
        this.over.delete(oldest);
      }
    }
    return batch;
  }

  private seatsOf(queue: BatchQueue): BatchSeats {
    const key = `${queue.list}|${queue.flow}`;
    const known = this.seats.get(key) ?? new BatchSeats(queue, this.deps);
    this.seats.set(key, known);
    return known;
  }

  /** Others can find its answer, and it is read back as it is. */
  private isShareable({ planned: { query } }: Question): boolean {
    const { cacheTtlMs, clock } = this.deps;
    return cacheTtlMs[cacheTimeOf(query, clock.now())] > 0 && toStored(query) !== null;
  }
}

const closed = (batch: StoredBatch): Batch | null =>
  batch.isClosed ? null : { ...batch, isClosed: true };

const isLeft = ({ left }: StoredBatch, { query }: Question['planned']): boolean =>
  left.includes(queryKey(query));
