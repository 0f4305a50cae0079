import { BatchDesk, type BatchDeskDeps } from '../../../shared/batches/BatchDesk';
import type { BatchStore } from '../../../shared/batches/BatchStore';
import { Group } from '../../../shared/batches/Group';
import { DEFAULT_TIMING } from '../../../shared/quota/calendar/CalendarConfig';
import type { TicketAnswer } from '../../../shared/quota/Quota';
import { StorageUnavailableError } from '../../../shared/storage/StorageUnavailableError';
import { CACHE_TTL_MS, machineId, NOW } from '../lookups/aLookup';
import { aMember, aQuestion, firstStep, LIST_TICKET, type ToldMember } from './aQuestion';
import { MemoryBatchStore } from './MemoryBatchStore';

const QUEUE = { list: 'machines', flow: 'normal' } as const;
const SLOT_AT = NOW + 60_000;
/** By then its call was made, or never will be. */
const USABLE_UNTIL = SLOT_AT + DEFAULT_TIMING.useWindowMs;
const DEAD_AT = USABLE_UNTIL + 30_000;
/** So long after the slot its members look for their answers. */
const ANSWERED_MS = 3_250;
const ALONE = { outcome: 'alone' };

/** Desks of several processes, whose tickets all have their slot in a minute. */
class World {
  store: BatchStore = new MemoryBatchStore();
  now = NOW;
  tickets = 0;
  /** Default: it is granted. */
  takes: TicketAnswer | null = null;
  questions = 30;

  desk(changes: Partial<BatchDeskDeps> = {}): BatchDesk {
    return new BatchDesk({
      store: this.store,
      quota: {
        take: async () => {
          const ordinal = (this.tickets += 1);
          const ticket = { ...LIST_TICKET, ordinal };
          return this.takes ?? { outcome: 'granted', ticket, slotAt: SLOT_AT };
        },
      },
      slots: { slotOf: async () => SLOT_AT, forecast: async () => this.now },
      lessons: { limits: async () => ({ questions: this.questions, characters: 1_600 }) },
      clock: { now: () => this.now, sleep: () => Promise.resolve() },
      cacheTtlMs: CACHE_TTL_MS,
      ...changes,
    });
  }

  /** Members of one process. */
  async join(members: readonly ToldMember[], desk = this.desk()): Promise<void> {
    await desk.join(new Group('machines', { questions: 30, characters: 1_600 }, members));
  }

  async newest() {
    const [batch] = await this.store.newest(QUEUE, 1);
    if (!batch) throw new Error('There is no batch');
    return batch;
  }
}

const about = (digit: string, changes: Parameters<typeof aQuestion>[0] = {}): ToldMember =>
  aMember(aQuestion({ planned: firstStep('machine', machineId(digit)), ...changes }));

describe('A question whose batch has gone into another', () => {
  it('waits there', async () => {
    const world = new World();
    const desk = world.desk();
    await world.join([about('a')], desk);
    const batch = await world.newest();
    const next = { id: batch.id.replace('.e.1', '.e.2'), resumeAt: SLOT_AT + 90_000 };
    await desk.leave([batch], [], next);
    world.now = SLOT_AT + ANSWERED_MS;

    expect(await desk.resume(about('a').question, batch.id)).toMatchObject({
      outcome: 'postponed',
      resumeAt: next.resumeAt,
      batch: next.id,
    });
  });
});

describe('A question whose slot lies ahead', () => {
  it('opens a batch and carries its ticket, to make the call', async () => {
    const world = new World();
    const owner = about('a');

    await world.join([owner]);

    const { id, members } = await world.newest();
    expect(owner.told).toMatchObject([
      { outcome: 'postponed', resumeAt: SLOT_AT, ticket: { ordinal: 1 }, batch: id },
    ]);
    expect(members).toEqual([owner.question.planned.query]);
  });

  it('joins the open batch of another process without a ticket, and wakes behind its slot', async () => {
    const world = new World();
    const member = about('b');
    await world.join([about('a')]);

    await world.join([member]);

    const { id, members } = await world.newest();
    expect(members).toHaveLength(2);
    expect(world.tickets).toBe(1);
    expect(member.told).toMatchObject([
      { outcome: 'postponed', resumeAt: SLOT_AT + ANSWERED_MS, ticket: null, batch: id },
    ]);
  });

  it('is in a batch once, whoever else asks it', async () => {
    const world = new World();
    const [one, other] = [about('a'), about('a')];
    await world.join([one]);

    await world.join([other]);

    const { id, members } = await world.newest();
    expect(members).toHaveLength(1);
    expect(other.told).toMatchObject([{ batch: id, ticket: null }]);
  });

  it('joins while another joins: both are in', async () => {
    const world = new World();
    await world.join([about('a')]);

    await Promise.all([world.join([about('b')]), world.join([about('c')])]);

    expect((await world.newest()).members).toHaveLength(3);
    expect(world.tickets).toBe(1);
  });

  it.each<{ title: string; prepare: (world: World) => unknown; flow?: 'normal' | 'low' }>([
    {
      title: 'is closed',
      prepare: async (world) => world.desk().close((await world.newest()).id),
    },
    {
      title: 'is full',
      prepare: async (world) => {
        world.questions = 2;
        await world.join([about('c')]);
      },
    },
    { title: 'has been called', prepare: (world) => (world.now = SLOT_AT + 2_250) },
    { title: 'is of another flow', prepare: () => undefined, flow: 'low' },
  ])('opens another batch if the open one $title', async ({ prepare, flow = 'normal' }) => {
    const world = new World();
    const { request } = aQuestion();
    const member = about('b', { request: { ...request, lane: 'bulk', flow } as typeof request });
    await world.join([about('a')]);
    const first = await world.newest();
    await prepare(world);

    await world.join([member]);

    expect(world.tickets).toBe(2);
    expect(member.told).toMatchObject([{ outcome: 'postponed', ticket: { ordinal: 2 } }]);
    expect(member.told).not.toMatchObject([{ batch: first.id }]);
  });

  it('asks alone if its batch would come too late for its age', async () => {
    const world = new World();
    const { request } = aQuestion();
    const hurried = about('b', { state: { expiresAt: NOW + 90_000 }, request });
    await world.join([about('a')]);

    await world.join([hurried]);

    expect(hurried.told).toEqual([ALONE]);
  });

  it('asks alone where answers are not kept', async () => {
    const world = new World();
    const member = about('a');

    await world.join([member], world.desk({ cacheTtlMs: { ...CACHE_TTL_MS, machine: 0 } }));

    expect(member.told).toEqual([ALONE]);
    expect(world.tickets).toBe(0);
  });

  it('asks alone if the list gives out no ticket', async () => {
    const world = new World();
    world.takes = { outcome: 'wouldExpire', slotAt: SLOT_AT };
    const [one, other] = [about('a'), about('b')];

    await world.join([one, other]);

    expect([one.told, other.told]).toEqual([[ALONE], [ALONE]]);
  });

  it.each(['newest', 'replace'] as const)('asks alone if the store fails to %s', async (method) => {
    const world = new World();
    const fail = () => Promise.reject(new StorageUnavailableError(method, '503'));
    const [one, other] = [about('b'), about('c')];
    if (method === 'replace') await world.join([about('a')]);
    world.store = failing(world.store, method, fail);

    await world.join([one, other]);

    expect([one.told, other.told]).toEqual([[ALONE], [ALONE]]);
  });
});

it('asks alone when it wakes if its batch could not be written', async () => {
  const world = new World();
  const member = about('b');
  const fail = () => Promise.reject(new StorageUnavailableError('insert', '503'));
  world.store = failing(world.store, 'insert', fail);

  await world.join([about('a'), member]);
  world.now = SLOT_AT + ANSWERED_MS;

  const [place] = member.told;
  if (place?.outcome !== 'postponed' || !place.batch) throw new Error('It has no place');
  expect(await world.desk().resume(member.question, place.batch)).toEqual(ALONE);
});

function failing(
  store: BatchStore,
  method: 'newest' | 'insert' | 'replace' | 'read',
  fail: () => Promise<never>,
): BatchStore {
  return {
    insert: (id, batch) => store.insert(id, batch),
    newest: (queue, count) => store.newest(queue, count),
    read: (id) => store.read(id),
    replace: (known, batch) => store.replace(known, batch),
    removeBefore: (at) => store.removeBefore(at),
    [method]: fail,
  };
}

async function waiting(): Promise<{ readonly world: World; readonly id: string }> {
  const world = new World();
  await world.join([about('a'), about('b')]);
  return { world, id: (await world.newest()).id };
}

describe('A member that comes back without an answer', () => {
  const resume = async (world: World, id: string) => world.desk().resume(about('b').question, id);

  it.each([
    { title: 'for its slot, if that has moved', now: SLOT_AT, resumeAt: SLOT_AT + ANSWERED_MS },
    {
      title: 'until the call must have been made',
      now: SLOT_AT + ANSWERED_MS,
      resumeAt: USABLE_UNTIL,
    },
    { title: 'for its answer, half a minute more', now: USABLE_UNTIL, resumeAt: DEAD_AT },
  ])('waits on: $title', async ({ now, resumeAt }) => {
    const { world, id } = await waiting();
    world.now = now;

    expect(await resume(world, id)).toMatchObject({ outcome: 'postponed', resumeAt, batch: id });
  });

  it('asks alone once the owner of its batch must be dead', async () => {
    const { world, id } = await waiting();
    world.now = DEAD_AT;

    expect(await resume(world, id)).toEqual(ALONE);
  });

  it('asks alone if the call could not tell', async () => {
    const { world, id } = await waiting();
    world.now = SLOT_AT + ANSWERED_MS;
    const batches = await world.desk().close(id);
    await world.desk().leave(batches, [`machine machines/${machineId('b')}`]);

    expect(await resume(world, id)).toEqual(ALONE);
  });

  it('asks alone if the batch is not known', async () => {
    expect(await resume(new World(), 'machines|normal|0')).toEqual(ALONE);
  });

  it('asks alone if the store fails', async () => {
    const { world, id } = await waiting();
    world.now = SLOT_AT + ANSWERED_MS;
    const fail = () => Promise.reject(new StorageUnavailableError('read', '503'));
    world.store = failing(world.store, 'read', fail);

    expect(await resume(world, id)).toEqual(ALONE);
  });
});

describe('A member whose alert is known', () => {
  const follow = async (world: World, id: string) => world.desk().follow(about('b').question, id);

  it('waits where the owner of its batch asks for the machines', async () => {
    const { world, id } = await waiting();
    const next = { id: 'machines|retry|0', resumeAt: DEAD_AT };
    await world.desk().leave(await world.desk().close(id), [], next);

    expect(await follow(world, id)).toMatchObject({ batch: next.id, resumeAt: next.resumeAt });
  });

  it.each([
    { title: 'comes back while that is not known', now: SLOT_AT, resumeAt: SLOT_AT + 5_000 },
    { title: 'waits for its owner no longer', now: SLOT_AT + 15_000, resumeAt: DEAD_AT },
  ])('$title', async ({ now, resumeAt }) => {
    const { world, id } = await waiting();
    world.now = now;

    expect(await follow(world, id)).toMatchObject({ batch: id, resumeAt });
  });

  it('asks for its machine itself once the owner must be dead', async () => {
    const { world, id } = await waiting();
    world.now = DEAD_AT;

    expect(await follow(world, id)).toEqual(ALONE);
  });
});

describe('A batch', () => {
  it('is closed once, with all who are in it', async () => {
    const world = new World();
    await world.join([about('a'), about('b')]);
    const { id } = await world.newest();

    const [batch] = await world.desk().close(id);

    expect(batch?.members).toHaveLength(2);
    expect(await world.desk().close(id)).toEqual([]);
  });

  it('takes in another open one for whose questions its call has room', async () => {
    const world = new World();
    await Promise.all([world.join([about('a'), about('b')]), world.join([about('c')])]);
    const [one, other] = await world.store.newest(QUEUE, 2);

    const batches = await world.desk().close(one?.id ?? '');

    expect(batches.map(({ id }) => id)).toEqual([one?.id, other?.id]);
    expect(batches.flatMap(({ members }) => members)).toHaveLength(3);
    expect(await world.desk().close(other?.id ?? '')).toEqual([]);
  });

  it('is closed without a write if it is full', async () => {
    const world = new World();
    await world.join([about('a'), about('b')]);
    world.questions = 2;
    const { id, etag } = await world.newest();

    expect(await world.desk().close(id)).toMatchObject([{ id, etag }]);
  });

  it('is called for by its owner alone if the store fails', async () => {
    const { world, id } = await waiting();
    const fail = () => Promise.reject(new StorageUnavailableError('read', '503'));
    world.store = failing(world.store, 'read', fail);

    expect(await world.desk().close(id)).toEqual([]);
  });
});
