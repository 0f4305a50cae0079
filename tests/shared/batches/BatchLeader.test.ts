import { BatchLeader } from '../../../shared/batches/BatchLeader';
import type { BatchDesk } from '../../../shared/batches/BatchDesk';
import type { StoredBatch } from '../../../shared/batches/BatchStore';
import type { BatchAnswer } from '../../../shared/batches/Question';
import { postponed } from '../../../shared/calls/StepAttempt';
import type { Group } from '../../../shared/batches/Group';
import { queryKey } from '../../../shared/defender/endpoints';
import type { DefenderQuery } from '../../../shared/defender/DefenderQuery';
import type { SlotAnswer } from '../../../shared/quota/Quota';
import { anAnswer, machineId, NOW } from '../lookups/aLookup';
import { aQuestion, firstStep, LIST_TICKET } from './aQuestion';

const ID = 'machines|normal|1';
const ALONE = { outcome: 'alone' } as const;
const LATER = NOW + 60_000;
const WAITING = { ...postponed(aQuestion().state, LATER), batch: ID };
const NEW_TICKET = { ...LIST_TICKET, ordinal: 8 };
const own = aQuestion();
const other = firstStep('machine', machineId('b')).query;

interface Rule {
  readonly slot?: SlotAnswer;
  readonly isClosed?: boolean;
  readonly question?: ReturnType<typeof aQuestion>;
  /** To each question of the call. */
  readonly tells?: BatchAnswer;
}

async function lead({ slot = { outcome: 'call' }, isClosed, question = own, tells = ALONE }: Rule) {
  const asked: DefenderQuery[][] = [];
  const left: (readonly string[])[] = [];
  const renewed: unknown[] = [];
  const batch: StoredBatch = {
    id: ID,
    etag: 'v1',
    ticket: LIST_TICKET,
    slotAt: NOW,
    members: [own.planned.query, other],
    isClosed: true,
    left: [],
    next: null,
  };
  const desk: Pick<BatchDesk, 'close' | 'isOpen' | 'leave' | 'renew' | 'resume'> = {
    close: async () => (isClosed ? [] : [batch]),
    resume: async () => WAITING,
    isOpen: async () => !isClosed,
    leave: async (_batch, keys) => void left.push(keys),
    renew: async (...args) => void renewed.push(args),
  };
  const askNow = async ({ members }: Group): Promise<void> => {
    asked.push(members.map(({ question: { planned } }) => planned.query));
    for (const { tell } of members) tell(tells);
  };
  const leader = new BatchLeader({
    desk,
    quota: {
      take: async () => ({ outcome: 'granted', ticket: NEW_TICKET, slotAt: LATER }),
      awaitSlot: async () => slot,
    },
    lessons: { limits: async () => ({ questions: 30, characters: 1_600 }) },
    calls: { askNow, ask: askNow },
    clock: { now: () => NOW, sleep: () => Promise.resolve() },
  });
  return { answer: await leader.lead(question, ID, LIST_TICKET), asked, left, renewed };
}

describe('The owner of a batch', () => {
  it('asks for all who are in it, and notes whom the call could not tell', async () => {
    const { answer, asked, left } = await lead({});

    expect(asked).toEqual([[own.planned.query, other]]);
    expect(answer).toEqual(ALONE);
    expect(left).toEqual([[own.planned.query, other].map(queryKey)]);
  });

  it('notes nobody who was told', async () => {
    const tells: BatchAnswer = {
      step: own.planned.step,
      endpoint: 'machine',
      outcome: 'answered',
      answer: anAnswer(),
      calledAt: NOW,
      fromCache: false,
      waitedMs: 0,
    };

    const { answer, left } = await lead({ tells });

    expect(answer).toEqual(tells);
    expect(left).toEqual([[]]);
  });

  it('waits like the others if its batch was closed, by another call or an earlier delivery', async () => {
    const { answer, asked, left } = await lead({ isClosed: true });

    expect(answer).toEqual(WAITING);
    expect([asked, left]).toEqual([[], []]);
  });

  it('waits on with its ticket if the slot has moved', async () => {
    const { answer, asked } = await lead({ slot: { outcome: 'later', slotAt: LATER } });

    expect(answer).toMatchObject({
      outcome: 'postponed',
      resumeAt: LATER,
      ticket: { ...LIST_TICKET, slotAt: LATER },
      batch: ID,
    });
    expect(asked).toEqual([]);
  });

  it('that has its own answer already calls for the others', async () => {
    const { asked } = await lead({ question: aQuestion({ isAnswered: true }) });

    expect(asked).toEqual([[own.planned.query, other]]);
  });

  it('that has its own answer already makes no call for nobody', async () => {
    const question = aQuestion({ isAnswered: true });

    const { answer, asked } = await lead({ question, isClosed: true });

    expect([answer, asked]).toEqual([ALONE, []]);
  });

  it('takes another ticket for all if its own is void', async () => {
    const { answer, renewed } = await lead({ slot: { outcome: 'unknown' } });

    expect(answer).toMatchObject({ outcome: 'postponed', ticket: NEW_TICKET, batch: ID });
    expect(renewed).toEqual([[ID, NEW_TICKET, LATER]]);
  });

  it('asks alone if the list refuses the rights', async () => {
    const breaker = { why: 'forbidden', since: NOW, failures: 3 } as const;

    const { answer, asked } = await lead({ slot: { outcome: 'denied', breaker } });

    expect([answer, asked]).toEqual([ALONE, []]);
  });

  it('makes no call after its deadline: the permit is lost, never exceeded', async () => {
    const { answer, asked } = await lead({ question: aQuestion({ state: { deadlineAt: NOW } }) });

    expect(answer).toMatchObject({ outcome: 'postponed', ticket: null, batch: ID });
    expect(asked).toEqual([]);
  });

  it('leaves the call to the next delivery where none may be made', async () => {
    const { answer, asked } = await lead({ question: aQuestion({ mayCall: false }) });

    expect(answer).toMatchObject({ outcome: 'postponed', ticket: LIST_TICKET, batch: ID });
    expect(asked).toEqual([]);
  });
});
