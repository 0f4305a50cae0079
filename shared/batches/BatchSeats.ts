import { postponed } from '../calls/StepAttempt';
import { WAIT_MS } from '../calls/waiting';
import type { Clock } from '../clock/Clock';
import { inTime } from '../clock/inTime';
import type { Quota, TicketAnswer } from '../quota/Quota';
import { batchIdOf } from './batchId';
import type { BatchLessons } from './BatchLessons';
import type { BatchQueue, BatchStore, StoredBatch } from './BatchStore';
import { ANSWERED_MS, FILL_MS, USE_WINDOW_MS } from './batchTimes';
import { forTrouble, waiterIn } from './waiterIn';
import { Draft } from './Draft';
import { ALONE, tellAll, type Member, type Question } from './Question';
import { largest, queriesOf, seats, together, type Party } from './seats';

export interface BatchSeatsDeps {
  readonly store: BatchStore;
  readonly quota: Pick<Quota, 'take'>;
  readonly lessons: Pick<BatchLessons, 'limits'>;
  readonly clock: Clock;
}

/** Who comes meanwhile is in the same write. */
const LINGER_MS = 100;
/** A new batch is written when it is full, or after this time: others may still join before its call. */
const DRAFT_MS = FILL_MS / 2;
const MAX_TRIES = 4;

export type Taken = Extract<TicketAnswer, { readonly outcome: 'granted' }>;
type Placed = Pick<StoredBatch, 'id' | 'slotAt'>;

/** Gives the questions of one process that wait for the same list and flow their places in batches. */
export class BatchSeats {
  private waiting: readonly Party[] = [];
  /** A ticket that was taken for some of them. */
  private taken: Taken | null = null;
  private isServing = false;
  private draft: Draft | null = null;
  /** What this process wrote last. */
  private known: StoredBatch | null = null;

  constructor(
    private readonly queue: BatchQueue,
    private readonly deps: BatchSeatsDeps,
  ) {}

  /** Tells each member its batch, or that it asks alone. The first of a party is of this delivery. */
  async seat(parties: readonly Party[], taken: Taken | null = null): Promise<void> {
    this.waiting = [...this.waiting, ...parties];
    this.taken ??= taken;
    if (this.isServing) {
      await this.fillDraft().catch(forTrouble);
      return;
    }
    this.isServing = true;
    try {
      await this.deps.clock.sleep(LINGER_MS);
      while (this.waiting.length > 0) {
        if (!this.taken) await this.enter();
        await this.open();
      }
    } catch (error) {
      this.dismiss();
      forTrouble(error);
    } finally {
      this.taken = null;
      this.draft = null;
      this.isServing = false;
    }
  }

  /** In open batches that are written already. */
  private async enter(): Promise<void> {
    const { store, lessons } = this.deps;
    const { list } = this.queue;
    let batch = this.known ?? (await store.newest(this.queue));
    for (let tries = 0; batch && this.waiting.length > 0 && tries < MAX_TRIES; tries += 1) {
      const limits = await lessons.limits(list);
      const { parties, queries } = seats(list, batch.members, this.waiting, limits);
      if (!this.isOpen(batch) || parties.length === 0) {
        batch = await this.another(batch);
        continue;
      }
      const isGrown = queries.length > batch.members.length;
      const written: StoredBatch | null = isGrown
        ? await store.replace(batch, { ...batch, members: queries })
        : batch;
      if (written) this.tell((this.known = written), parties);
      batch = written ?? (await store.read(batch.id));
    }
  }

  /** Null: there is no other to look at. */
  private async another(full: StoredBatch): Promise<StoredBatch | null> {
    if (this.known === null) return null;
    this.known = null;
    const newest = await this.deps.store.newest(this.queue);
    return newest?.id === full.id ? null : newest;
  }

  /** A new batch, whose call is made by the first of those who wait in this process. */
  private async open(): Promise<void> {
    const { quota, store, lessons, clock } = this.deps;
    const { list } = this.queue;
    const [first] = this.waiting;
    if (first?.[0].question.request.lane !== 'bulk') return;
    const { request, state } = first[0].question;
    const taken = this.taken ?? (await quota.take({ ...request, endpoint: list, isForMany: true }));
    this.taken = null;
    if (taken.outcome !== 'granted') {
      this.dismiss();
      return;
    }
    const { ticket, slotAt } = taken;
    const id = batchIdOf(this.queue, ticket, clock.now());
    const [[leader, ...others], rest] = largest(list, first, await lessons.limits(list));
    const draft = new Draft(id, ticket, slotAt, together(queriesOf([leader, ...others])));
    const resumeAt = Math.max(slotAt, clock.now() + FILL_MS + WAIT_MS.lead);
    this.waiting = this.waiting.filter((party) => party !== first);
    leader.tell({ ...postponed(state, resumeAt), ticket, batch: id });
    this.place(draft, others);
    tellAll(rest, ALONE);
    this.draft = draft;
    await this.fillDraft();
    await inTime(clock, DRAFT_MS, () => draft.filled, nothing);
    this.draft = null;
    this.known = await store.insert(id, draft.toBatch());
  }

  private async fillDraft(): Promise<void> {
    const { list } = this.queue;
    const limits = await this.deps.lessons.limits(list);
    const { draft } = this;
    if (draft) this.tell(draft, draft.admit(list, this.waiting, limits));
  }

  private tell(batch: Placed, parties: readonly Party[]): void {
    const seated = new Set(parties);
    this.waiting = this.waiting.filter((party) => !seated.has(party));
    this.place(batch, parties.flat());
  }

  private place({ id, slotAt }: Placed, members: readonly Member[]): void {
    const place = { id, resumeAt: slotAt + ANSWERED_MS[this.queue.list] };
    for (const { question, tell } of members) {
      const isInTime = slotAt + USE_WINDOW_MS < latestOf(question, this.deps.clock.now());
      tell(isInTime ? waiterIn(place, question.state) : ALONE);
    }
  }

  /** Who has no place yet asks alone. */
  private dismiss(): void {
    const dismissed = this.waiting.flat();
    this.waiting = [];
    tellAll(dismissed, ALONE);
  }

  /** It is not too late to join. */
  private isOpen({ isClosed, slotAt }: StoredBatch): boolean {
    return !isClosed && slotAt > this.deps.clock.now() - FILL_MS;
  }
}

/** As the calendar admits lookups: an answer must come well inside their age. */
function latestOf({ state, request }: Question, now: number): number {
  if (request.lane !== 'bulk' || request.admission === 'always') return state.expiresAt;
  return now + (state.expiresAt - now) / (2 * request.admission.callsLeft);
}

const nothing = (): void => undefined;
