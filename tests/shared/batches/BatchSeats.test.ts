import { BatchSeats } from '../../../shared/batches/BatchSeats';
import type { Party } from '../../../shared/batches/seats';
import type { TicketAnswer } from '../../../shared/quota/Quota';
import { machineId, NOW } from '../lookups/aLookup';
import { aMember, aQuestion, firstStep, LIST_TICKET, type ToldMember } from './aQuestion';
import { MemoryBatchStore } from './MemoryBatchStore';

const QUEUE = { list: 'machines', flow: 'normal' } as const;
const SLOT_AT = NOW + 60_000;
const DIGITS = ['a', 'b', 'c', 'd', 'e'] as const;

/** The seats of one process; `onSleep`: what comes while it waits for more. */
function seatsOf({
  takes,
  questions = 3,
  onSleep = () => undefined,
}: {
  readonly takes?: TicketAnswer;
  readonly questions?: number;
  readonly onSleep?: (seats: BatchSeats) => unknown;
} = {}) {
  const store = new MemoryBatchStore();
  let tickets = 0;
  const seats: BatchSeats = new BatchSeats(QUEUE, {
    store,
    quota: {
      take: async () => {
        const ticket = { ...LIST_TICKET, ordinal: (tickets += 1) };
        return takes ?? { outcome: 'granted', ticket, slotAt: SLOT_AT };
      },
    },
    slots: { forecast: async () => NOW },
    lessons: { limits: async () => ({ questions, characters: 1_600 }) },
    clock: { now: () => NOW, sleep: async () => void onSleep(seats) },
  });
  const sizes = async () =>
    (await store.newest(QUEUE, 10)).map(({ members }) => members.length).sort();
  return { seats, sizes, tickets: () => tickets };
}

const waiting = (count: number) =>
  DIGITS.slice(0, count).map((digit) =>
    aMember(aQuestion({ planned: firstStep('machine', machineId(digit)) })),
  );
const singly = (members: readonly ToldMember[]): readonly Party[] =>
  members.map((member): Party => [member]);

describe('The questions of one process', () => {
  it('fill one batch after the other, each with one ticket', async () => {
    const { seats, sizes, tickets } = seatsOf();
    const members = waiting(5);

    await seats.seat(singly(members));

    expect(tickets()).toBe(2);
    expect(await sizes()).toEqual([2, 3]);
    const leaders = members.filter(({ told }) =>
      told.some((each) => each.outcome === 'postponed' && each.ticket !== null),
    );
    expect(leaders).toHaveLength(2);
  });

  it('join the batch that is about to be written', async () => {
    const [first, late] = waiting(2);
    let hasCome = false;
    const world = seatsOf({
      onSleep: (seats) => {
        if (hasCome || !late) return;
        hasCome = true;
        void seats.seat([[late]]);
      },
    });

    await world.seats.seat(first ? [[first]] : []);

    expect(await world.sizes()).toEqual([2]);
    expect(world.tickets()).toBe(1);
  });

  it.each<{ title: string; takes?: TicketAnswer; questions?: number; tickets: number }>([
    {
      title: 'there is no ticket in time',
      takes: { outcome: 'wouldExpire', slotAt: SLOT_AT },
      tickets: 1,
    },
    { title: 'the list takes no batches', questions: 1, tickets: 0 },
  ])('ask alone if $title', async ({ tickets, ...options }) => {
    const world = seatsOf(options);
    const members = waiting(2);

    await world.seats.seat(singly(members));

    expect(members.map(({ told }) => told)).toEqual(Array(2).fill([{ outcome: 'alone' }]));
    expect(world.tickets()).toBe(tickets);
    expect(await world.sizes()).toEqual([]);
  });
});
