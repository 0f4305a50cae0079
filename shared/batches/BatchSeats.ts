import type { SlotForecast } from '../calls/CallLeases';
import { postponed } from '../calls/StepAttempt';
import { WAIT_MS } from '../calls/waiting';
import type { Clock } from '../clock/Clock';
import { inTime } from '../clock/inTime';
import type { Quota, TicketAnswer } from '../quota/Quota';
import { batchIdOf } from './batchId';
import type { BatchLessons } from './BatchLessons';
import type { BatchQueue, BatchStore, StoredBatch } from './BatchStore';
import { ANSWERED_MS, FILL_MS, isOpen, MACHINES_MS, USE_WINDOW_MS } from './batchTimes';
import { forTrouble, waiterIn } from './waiterIn';
import { Draft } from './Draft';
import { ALONE, tellAll, type Member, type Question } from './Question';
import { largest, queriesOf, seats, together, type Party } from './seats';

export interface BatchSeatsDeps {
  readonly store: BatchStore;
  readonly quota: Pick<Quota, 'take'>;
  readonly slots: Pick<SlotForecast, 'forecast'>;
  readonly lessons: Pick<BatchLessons, 'limits'>;
  readonly clock: Clock;
}

/** Who comes meanwhile is in the same write. */
const LINGER_MS = 100;
/** A new batch is written when it is full, or after this time: others may still join before its call. */
const DRAFT_MS = FILL_MS / 2;
/** Among so many of the newest there is one with room, if there is any. */
const LOOKED_AT = 8;
const LOOK_AGAIN_MS = 1_000;

export type Taken = Extract<TicketAnswer, { readonly outcome: 'granted' }>;
type Placed = Pick<StoredBatch, 'id' | 'slotAt'>;

/** Gives the questions of one process that wait for the same list and flow their places in batches. */
export class BatchSeats {
  private waiting: readonly Party[] = [];
  /** A ticket that was taken for some of them. */
  private taken: Taken | null = null;
  private isServing = false;
  private draft: Draft | null = null;
  /** When the batches of others were last looked at (Unix ms). */
  private lookedAt = 0;
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
      // It may have been learnt meanwhile that the list takes no batches.
      if ((await this.mostQuestions()) < 2 && !this.taken) this.dismiss();
      while (this.waiting.length > 0) {
        if (!this.taken && !(await this.isFullParty())) await this.enter();
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

  /** The first that wait fill a batch of their own. */
  private async isFullParty(): Promise<boolean> {
    const questions = await this.mostQuestions();
    return (this.waiting[0]?.length ?? 0) >= questions;
  }

  private async mostQuestions(): Promise<number> {
    const { questions } = await this.deps.lessons.limits(this.queue.list);
    return questions;
  }

  /** In open batches that are written already, first in that of this process. */
  private async enter(): Promise<void> {
    const { store, clock } = this.deps;
    if (this.known) await this.enterOne(this.known);
    if (this.waiting.length === 0) return;
    const now = clock.now();
    if (now < this.lookedAt + LOOK_AGAIN_MS) return;
    this.lookedAt = now;
    for (const batch of await store.newest(this.queue, LOOKED_AT)) {
      await this.enterOne(batch);
      if (this.waiting.length === 0) return;
    }
  }

  private async enterOne(batch: StoredBatch, tries = 2): Promise<void> {
    const { store, lessons, clock } = this.deps;
    if (!isOpen(batch, clock.now())) return;
    const limits = await lessons.limits(this.queue.list);
    const { parties, queries } = seats(this.queue.list, batch.members, this.waiting, limits);
    if (parties.length === 0) return;
    const isGrown = queries.length > batch.members.length;
    const written = isGrown ? await store.replace(batch, { ...batch, members: queries }) : batch;
    if (!written) {
      const changed = tries > 1 ? await store.read(batch.id) : null;
      if (changed) await this.enterOne(changed, tries - 1);
      return;
    }
    this.known = written;
    await this.tell(written, parties);
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
    await this.place(draft, others);
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
    if (draft) await this.tell(draft, draft.admit(list, this.waiting, limits));
  }

  private async tell(batch: Placed, parties: readonly Party[]): Promise<void> {
    const seated = new Set(parties);
    this.waiting = this.waiting.filter((party) => !seated.has(party));
    await this.place(batch, parties.flat());
  }

  private async place({ id, slotAt }: Placed, members: readonly Member[]): Promise<void> {
    const answeredAt = Math.max(slotAt + ANSWERED_MS[this.queue.list], await this.machinesAt());
    for (const { question, tell } of members) {
      const isInTime = slotAt + USE_WINDOW_MS < latestOf(question, this.deps.clock.now());
      tell(isInTime ? waiterIn({ id, resumeAt: answeredAt }, question.state) : ALONE);
    }
  }

  /** Alerts have to wait for their machines, too: about when those are there. */
  private async machinesAt(): Promise<number> {
    const { list } = this.queue;
    if (list !== 'alerts') return 0;
    const { slots, clock } = this.deps;
    const request = { lane: 'bulk', endpoint: 'machines', flow: 'retry' } as const;
    const admission = { expiresAt: Infinity, admission: 'always' } as const;
    const slotAt = await slots.forecast({ ...request, ...admission }).catch(forTrouble);
    const isFar = slotAt !== null && slotAt - clock.now() > WAIT_MS.hold;
    return isFar ? slotAt + MACHINES_MS : 0;
  }

  /** Who has no place yet asks alone. */
  private dismiss(): void {
    const dismissed = this.waiting.flat();
    this.waiting = [];
    tellAll(dismissed, ALONE);
  }
}

/** As the calendar admits lookups: an answer must come well inside their age. */
function latestOf({ state, request }: Question, now: number): number {
  if (request.lane !== 'bulk' || request.admission === 'always') return state.expiresAt;
  return now + (state.expiresAt - now) / (2 * request.admission.callsLeft);
}

const nothing = (): void => undefined;
